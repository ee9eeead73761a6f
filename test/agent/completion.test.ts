// Completion scripts: their shells can read them, and member names cannot run in them.

import { execFileSync, spawnSync } from 'node:child_process'
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
  const words = commandRows.flatMap(({ name }) => name.split(' '))
  for (const word of words) expect(text).toContain(word)
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
      expect(ask('members', '-o', 'nd')).toBe('ndjson')
      expect(ask('members', '--status', '')).toBe('alive suspect failed left')
      expect(ask('members', '--status', '=', 'fa')).toBe('failed')
      expect(ask('monitor', '--types', 'member-s')).toBe('member-suspect')
      expect(ask('agent', '--log-level', 'w')).toBe('warn')
      expect(ask('agent', '--application', '')).toBe('memberlist serf')
      expect(ask('up', '--profile', 'w')).toBe('wan')
      expect(ask('agent', '--config', '')).toBe('')
      expect(ask('agent', '--bind', '')).toBe('')
      expect(ask('-')).toBe('--help --version')
      expect(ask('help', 'wh')).toBe('why')
      expect(ask('completion', 'f')).toBe('fish')
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
  expect(ask('')).toBe('sim up help')
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

const hasFish = spawnSync('fish', ['--version']).status === 0

test.skipIf(!hasFish)('fish completes commands, flags and values of flags', async () => {
  const text = await script('fish')
  const ask = (line: string) => {
    const program = `${text}\ncomplete -C '${line}'`
    const lines = execFileSync('fish', ['--no-config', '-c', program]).toString()
    return lines.split('\n').flatMap((one) => (one === '' ? [] : [one.split('\t')[0]]))
  }
  expect(ask('hearsay mem')).toEqual(['members'])
  expect(ask('hearsay members --status ')).toEqual(['alive', 'failed', 'left', 'suspect'])
  expect(ask('hearsay members -o n')).toEqual(['name', 'ndjson'])
  expect(ask('hearsay agent --log-level w')).toEqual(['warn'])
  expect(ask('hearsay agent --bind ')).toEqual([])
})

test('every shell that has a script is offered as one', () => {
  const row = commandRows.find(({ name }) => name === 'completion')
  expect(row?.argumentChoices).toEqual([...completionScripts.keys()])
})
