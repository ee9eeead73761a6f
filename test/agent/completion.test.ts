// Completion scripts: their shells can read them, and member names cannot run in them.

import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'
import { commandRows } from '../../src/agent/catalog.ts'
import type { CommandRow } from '../../src/agent/command.ts'
import { completionScripts } from '../../src/agent/completion-scripts.ts'
import { FakeWorld } from './support/fake-world.ts'
import { inFolder, runWords } from './support/terminal.ts'

const script = async (shell: string) => (await runWords(`completion ${shell}`, new FakeWorld())).out

test.each(['bash', 'zsh', 'fish', 'pwsh'])('%s knows every command', async (shell) => {
  const text = await script(shell)
  for (const { name } of commandRows) expect(text).toContain(name)
})

test.skipIf(process.platform === 'win32')('bash can read its script', async () => {
  const text = await script('bash')
  expect(() => execFileSync('bash', ['-n'], { input: text })).not.toThrow()
})

test.skipIf(process.platform === 'win32')(
  'bash completes commands, flags and plain names only',
  async () => {
    await inFolder(async (folder) => {
      const fake = join(folder, 'hearsay')
      writeFileSync(
        fake,
        `#!/bin/sh\nprintf '%s\\n' 'worker-1' '$(touch ${folder}/ran)' 'w\`id\`'\n`,
      )
      chmodSync(fake, 0o755)
      const ask = (...words: readonly string[]) => {
        const list = ['hearsay', ...words].map((word) => `'${word}'`).join(' ')
        const program = `${text}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length}; _hearsay; echo "\${COMPREPLY[@]}"`
        const PATH = `${folder}${delimiter}${process.env.PATH ?? ''}`
        return execFileSync('bash', [], { input: program, env: { PATH } }).toString().trim()
      }
      const text = await script('bash')
      expect(ask('mem')).toBe('members')
      expect(ask('agent', '--probe-i')).toBe('--probe-interval')
      expect(ask('members', '-o', '--output', 'nd')).toBe('ndjson')
      expect(ask('why', 'w')).toBe('worker-1')
      expect(ask('why', '')).toBe('worker-1')
      expect(() => execFileSync('test', ['-e', join(folder, 'ran')])).toThrow()
    })
  },
)

const rowFor = (name: string, flag: string): CommandRow => ({
  name,
  summary: name,
  examples: [],
  flags: [{ flags: `${flag} <n>`, help: 'a number' }],
  takes: [],
  load: () => Promise.reject(new Error('not run')),
})
const family = [rowFor('sim', '--nodes'), rowFor('sim compare', '--runs'), rowFor('up', '--once')]

test.skipIf(process.platform === 'win32')('bash completes what stands under a command', () => {
  const text = completionScripts.get('bash')?.(family) ?? ''
  const ask = (...words: readonly string[]) => {
    const list = ['hearsay', ...words].map((word) => `'${word}'`).join(' ')
    const program = `${text}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length}; _hearsay; echo "\${COMPREPLY[@]}"`
    return execFileSync('bash', [], { input: program }).toString().trim()
  }
  expect(ask('')).toBe('sim up')
  expect(ask('sim', '')).toBe('--nodes compare')
  expect(ask('sim', 'com')).toBe('compare')
  expect(ask('sim', 'compare', '--')).toBe('--runs')
  expect(ask('up', '--')).toBe('--once')
})

test('fish offers flags where their command stands, and two words never as one', () => {
  const text = completionScripts.get('fish')?.(family) ?? ''
  const lines = text.split('\n')
  expect(lines.find((line) => line.includes('-l nodes'))).toContain(
    '__fish_seen_subcommand_from sim; and not __fish_seen_subcommand_from compare',
  )
  expect(lines.find((line) => line.includes('-l runs'))).toContain(
    '__fish_seen_subcommand_from sim; and __fish_seen_subcommand_from compare',
  )
  expect(text).not.toContain('-a sim compare')
})
