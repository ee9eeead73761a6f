// The scanner behind the tidy test, on small texts that once could have fooled it.

import { describe, expect, test } from 'vitest'
import { findFunctions, readSource } from './source.ts'

const imports = (text: string) =>
  readSource(text).imports.map((one) => [one.from, one.typeOnly] as const)

describe('imports', () => {
  test('static, bare, dynamic and re-exporting imports are found', () => {
    const text = `import { a } from './a.ts'
import './b.ts'
export { c } from './c.ts'
export * from './d.ts'
const e = await import('./e.ts')
`
    expect(imports(text).map(([from]) => from)).toEqual([
      './a.ts',
      './b.ts',
      './c.ts',
      './d.ts',
      './e.ts',
    ])
  })

  test('an import of nothing but types is known as such', () => {
    const text = `import type { A } from './a.ts'
import { type B, type C } from './b.ts'
import { type D, e } from './d.ts'
export type { F } from './f.ts'
`
    expect(imports(text)).toEqual([
      ['./a.ts', true],
      ['./b.ts', true],
      ['./d.ts', false],
      ['./f.ts', true],
    ])
  })

  test('imports in comments and strings are not imports', () => {
    const text = `// import './a.ts'
const text = "import './b.ts'"
const other = \`import './c.ts' \${text} import './d.ts'\`
`
    expect(imports(text)).toEqual([])
  })
})

describe('code', () => {
  test('a regular expression with quotes does not open a string', () => {
    const { code } = readSource(`const a = /['"\`]/.test(b) // Math.random
Math.random()`)
    expect(code.match(/Math\.random/g)).toHaveLength(1)
  })

  test('a template with braces inside braces ends where it ends', () => {
    const open = '$' + '{'
    const source = `const a = \`x${open}[1].map((b) => { return \`${open}b}\` })}y\`\nf() // c`
    const { code, comments } = readSource(source)
    expect(code).toContain('f()')
    expect(comments.map((one) => one.text)).toEqual(['// c'])
  })
})

describe('functions', () => {
  test('functions, methods and arrows are measured; branches and classes are not', () => {
    const { code } = readSource(`function one(
  a: number,
): number {
  if (a > 1) {
    return 2
  }
  return 1
}
class Two {
  three(): { readonly id: string } {
    return { id: '' }
  }
}
const four = (b: string) => {
  return b
}
`)
    expect(findFunctions(code).map((one) => [one.line, one.lines])).toEqual([
      [1, 8],
      [10, 1],
      [10, 3],
      [14, 3],
    ])
  })
})
