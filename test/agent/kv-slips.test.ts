// `hearsay kv` with input that is nearly right, or that nobody reads: what it says, and how it
// ends.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/agent/run.ts'
import { startAmongOthers } from './support/running-agent.ts'
import { inFolder, partsOf, Terminal } from './support/terminal.ts'

test('what was changed before a change that fails is told', async () => {
  await using agent = await startAmongOthers()
  await agent.ask('kv add s a b')
  const { exit, err } = await agent.ask('kv remove s a nix b')
  expect([exit, err]).toEqual([6, expect.stringMatching(/^removed a\n.*"nix" is not in the set/)])
  expect((await agent.ask('kv members s')).out).toBe('b\n')
})

test('an empty key or name says so', async () => {
  await using agent = await startAmongOthers()
  for (const words of [
    ['get', ''],
    ['set', '', 'v'],
    ['rm', '', '--yes', '--own'],
    ['ls', '--map', ''],
    ['get', 'k', '--node', ''],
    ['incr', ''],
    ['add', 's', 'a', ''],
    ['remove', 's', ''],
    ['explain', ''],
    ['watch', '--map', '', '--count', '1'],
  ]) {
    const { exit, err } = await agent.ask(['kv', ...words])
    expect([words, exit]).toEqual([words, 2])
    expect(err).toMatch(/is empty; it has at least one character|name: 1 to 128 bytes/)
  }
  expect((await agent.ask('kv members s')).out).toBe('')
})

test('what is followed comes as lines or JSON, and other forms are refused', async () => {
  await using agent = await startAmongOthers()
  for (const words of ['kv watch -o name', 'monitor -o wide']) {
    const { exit, err } = await agent.ask(`${words} --timeout 1ms`)
    expect([exit, err]).toEqual([2, expect.stringContaining('Allowed choices are json, ndjson.')])
  }
})

test('too many words say what the command takes', async () => {
  await using agent = await startAmongOthers()
  const { exit, err } = await agent.ask('kv get a b c')
  expect([exit, err]).toEqual([2, expect.stringContaining('hearsay kv get takes <key>')])
  expect(err).not.toContain('did you mean')
  expect((await agent.ask('kv stats now')).err).toContain('hearsay kv stats takes no arguments')
})

test('a file that cannot be read is named with the reason, and - is standard input', async () => {
  await using agent = await startAmongOthers()
  await inFolder(async (folder) => {
    const missing = await agent.ask(['kv', 'set', 'k', '--file', join(folder, 'none')])
    expect([missing.exit, missing.err]).toEqual([1, expect.stringContaining('no such file')])
    expect((await agent.ask(['kv', 'set', 'k', '--file', folder])).err).toContain('it is a folder')
    writeFileSync(join(folder, 'large'), new Uint8Array(65_537))
    const large = await agent.ask(['kv', 'set', 'k', '--file', join(folder, 'large')])
    expect(large.err).toContain('a value may have 65536 bytes')
  })
  expect((await agent.ask('kv set k --file -', { input: 'piped' })).exit).toBe(0)
  expect(Buffer.from((await agent.ask('kv get k')).bytes).toString()).toBe('piped')
})

test('a word that was no UTF-8 is not kept as something else', async () => {
  await using agent = await startAmongOthers()
  const { exit, err } = await agent.ask(['kv', 'set', 'k', 'a\ufffdb'])
  expect([exit, err]).toEqual([2, expect.stringContaining('--file')])
  expect((await agent.ask('kv set k -', { input: 'a\ufffdb' })).exit).toBe(0)
})

test.each([
  ['kv set k v --ttl 9999h', 'up to a year'],
  ['kv set k v --ttl 0', 'such as 30s or 2h'],
  ['kv set k v --acks 100000', '1 to 99999'],
  ['kv get k --sync 0', '1 to 99999'],
  [
    'kv set k v --own --map x',
    '--map and --own exclude each other\n       keep the one that is meant',
  ],
  ['kv set k v --as json', 'for plain text leave out --as json'],
  ['kv explain x --type flag --map m', 'its name stands alone'],
  ['kv explain x --type set', '--map blocked'],
])('%s says what is expected', async (words, expected) => {
  await using agent = await startAmongOthers()
  const { exit, err } = await agent.ask(words)
  expect([exit, err]).toEqual([2, expect.stringContaining(expected)])
})

test('kv explain calls what nobody knows by its kind', async () => {
  await using agent = await startAmongOthers()
  expect((await agent.ask('kv explain x --type flag')).err).toContain('of the flag x\n')
  expect((await agent.ask('kv explain x --type multi')).err).toContain('of x in the multi kv')
})

test('kv explain of a key that is not there names the single value of that name', async () => {
  await using agent = await startAmongOthers()
  await agent.ask('kv incr visits 3')
  const { exit, err } = await agent.ask('kv explain visits')
  expect([exit, err]).toEqual([6, expect.stringContaining('kv explain --type counter visits\n')])
  expect((await agent.ask('kv explain visit')).err).toContain('hearsay kv ls shows')
  await agent.ask('kv set role search --own')
  expect((await agent.ask('kv explain role')).err).toContain('hearsay kv get --own role\n')
  expect((await agent.ask(['kv', 'explain', 'x'.repeat(200)])).err).toContain('kv ls shows')
  const elsewhere = await agent.ask('kv explain visits --map cfg')
  expect(elsewhere.err).toContain('hearsay kv ls --map cfg shows')
})

test('a map whose name begins with a dash can be listed as the hint says', async () => {
  await using agent = await startAmongOthers()
  await agent.ask(['kv', 'set', 'k', 'v', '--map', '-m'])
  expect((await agent.ask(['kv', 'ls', '--map', '-m', '-o', 'name'])).out).toBe('k\n')
})

test.each([
  ['get a', 'hearsay kv ls shows'],
  ['get a --map cfg', 'hearsay kv ls --map cfg shows'],
  ['get a --map=-m', "hearsay kv ls --map '-m' shows"],
  ['get a --own', 'hearsay kv ls --own shows'],
  ['get a --node bob', 'hearsay kv ls --node bob shows'],
  ['get a --node zoe', 'hearsay members shows'],
  ['rm a --own --yes', 'hearsay kv ls --own shows'],
])('kv %s, of a key that is not there, hints at: %s', async (words, hint) => {
  await using agent = await startAmongOthers()
  const { exit, err } = await agent.ask(`kv ${words}`)
  expect([exit, err]).toEqual([6, expect.stringContaining(hint)])
})

test('kv watch waits for a reader who is slow, and not for one who never reads', async () => {
  await using agent = await startAmongOthers()
  for (const key of ['a', 'b', 'c']) await agent.ask(['kv', 'set', key, 'v'])
  const screen = new Terminal(agent.world, { env: agent.env, isRead: false })
  const ended = run(['kv', 'watch', '--initial'], screen.io, partsOf(agent.world))
  await screen.until(({ out }) => out !== '')
  screen.signal('SIGINT')
  expect(await ended).toBe(130)
  expect(screen.out.trimEnd().split('\n')).toHaveLength(1)
  const timed = await agent.ask('kv watch --initial --timeout 2s', { isRead: false })
  expect(timed.exit).toBe(0)
  expect(timed.out.split('\n').length).toBeLessThan(3)
})

test('Ctrl-C at a question ends as everywhere, and nothing is done', async () => {
  await using agent = await startAmongOthers()
  await agent.ask('kv set k v')
  const screen = new Terminal(agent.world, { env: agent.env, isTerminal: true })
  const ask = async () => {
    screen.signal('SIGINT')
    return ''
  }
  expect(await run(['kv', 'rm', 'k'], { ...screen.io, ask }, partsOf(agent.world))).toBe(130)
  expect(screen.err).not.toContain('nothing done')
  expect((await agent.ask('kv get k')).exit).toBe(0)
})
