// The commands that prove something refuse words they do not know: a typo must not run, and pass,
// as something else.

import { afterEach, describe, expect, test, vi } from 'vitest'
import { choiceWord, wholeWord, word } from '../../bench/support/lines.ts'
import { expectWords } from '../../bench/support/words.ts'
import { readCrashWords, readWords } from '../../campaign/words.ts'

const argvBefore = process.argv

/** Runs `what` with a command line; the status it ends the process with, or what it answers. */
function ending<T>(words: readonly string[], what: () => T): T | string {
  process.argv = ['node', 'command', ...words]
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(process, 'exit').mockImplementation((status) => {
    throw new Error(`ended with ${status}`)
  })
  try {
    return what()
  } catch (error) {
    return String(error)
  }
}

afterEach(() => {
  process.argv = argvBefore
  vi.restoreAllMocks()
})

describe('benchmarks and proofs', () => {
  test('a count is a whole number from 1 up', () => {
    for (const wrong of ['0', '1.5', '-1', 'x', '', 'Infinity', '1e17']) {
      const end = ending(['--runs', wrong], () => wholeWord('runs', 3))
      expect([wrong, end]).toEqual([wrong, 'Error: ended with 2'])
    }
    expect(ending(['--runs', '5'], () => wholeWord('runs', 3))).toBe(5)
    expect(ending([], () => wholeWord('runs', 3))).toBe(3)
    expect(ending(['--seed', '0'], () => wholeWord('seed', 1, 0))).toBe(0)
  })

  test('a word may stand behind an equals sign', () => {
    expect(ending(['--runs=5'], () => wholeWord('runs', 3))).toBe(5)
    expect(ending(['--runs='], () => wholeWord('runs', 3))).toBe('Error: ended with 2')
    expect(ending(['--only=a=b'], () => word('only', ''))).toBe('a=b')
  })

  test('a part that there is not is refused, as nothing would be measured and all would hold', () => {
    const parts = () => choiceWord('only', ['core', 'nodes'])
    for (const wrong of ['x', '', 'Core']) {
      expect(ending([`--only=${wrong}`], parts)).toBe('Error: ended with 2')
    }
    expect(ending(['--only', 'nodes'], parts)).toBe('nodes')
    expect(ending([], parts)).toBeUndefined()
  })

  test('help says what the command is for, under its usage', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    const known = () => expectWords('npm run it', {}, 'Measures it.')
    ending(['--help'], known)
    expect(vi.mocked(process.exit).mock.calls[0]).toEqual([0])
    expect(log.mock.calls).toEqual([['usage: npm run it'], ['Measures it.']])
  })

  test('a word that nobody knows ends the process', () => {
    const known = () => expectWords('npm run it -- [--runs 3]', { runs: { type: 'string' } })
    expect(ending(['--run', '3'], known)).toBe('Error: ended with 2')
    expect(ending(['3'], known)).toBe('Error: ended with 2')
    expect(ending(['--runs', '3'], known)).toBeUndefined()
  })
})

describe('the crash test', () => {
  test.each([
    [['--round', '3'], '--round'],
    [['3'], "'3'"],
    [['--rounds'], '--rounds'],
    [['--rounds', '0'], 'from 1'],
    [['--rounds', '1.5'], 'from 1'],
    [['--no-world=yes'], '--no-world'],
  ])('refuses %j', (argv, named) => {
    expect(readCrashWords(argv)).toContain(named)
  })

  test('takes the words that it tells', () => {
    const words = readCrashWords(['--rounds', '3', '--logs', 'there', '--no-world'])
    expect(words).toEqual({ rounds: 3, logs: 'there', hasWorld: false, isHelp: false })
  })
})

describe('the campaign', () => {
  test.each([
    [['--row', 'N1'], '--row'],
    [['N1'], "'N1'"],
    [['--rows', 'N1,N99'], 'N99'],
    [['--rounds', '2.5'], 'from 1'],
    [['--beside', 'consul'], 'serf'],
  ])('refuses %j', (argv, named) => {
    expect(readWords(argv)).toContain(named)
  })

  test('takes the words that it tells', () => {
    expect(readWords(['--rows', 'N1,P8', '--beside', 'serf', '--long'])).toMatchObject({
      rows: ['N1', 'P8'],
      isBeside: true,
      isLong: true,
      rounds: 3,
    })
  })
})
