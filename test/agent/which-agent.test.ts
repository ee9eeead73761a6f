// Several agents of one user on one machine, and a command that names none: which one it talks to,
// what it says about that, and what happens where that one is dead but still has its entry.

import { expect, test } from 'vitest'
import { enterAgent, stateFolder } from '../../src/agent/settings/state-folder.ts'
import { type RunningAgent, startAgent } from './support/running-agent.ts'

/** An entry beside the running agent's, of a process that runs: this one's parent unless told. */
function enterBeside(
  { env }: RunningAgent,
  name: string,
  url: string,
  { startedMs = 1, pid = process.ppid } = {},
): void {
  const entry = { name, url, pid, startedMs, token: `token-of-${name}` }
  enterAgent(stateFolder(env, process.platform), entry)
}

/** Addresses where nobody listens: the system gives ports as low as these to nobody who asks for any. */
const [DEAD_URL, DEAD_TOO_URL] = ['http://127.0.0.1:1', 'http://127.0.0.1:2']
const LATER_MS = Date.UTC(2100, 0, 1)

test('one that writes says which of several agents it took, beside its JSON', async () => {
  await using agent = await startAgent()
  expect((await agent.ask('kv set k v')).err).toBe('set k\n')
  enterBeside(agent, 'bob', DEAD_URL, { startedMs: LATER_MS })
  const note = 'note: this is ann, first-started of your 2 agents here; --addr NAME takes another\n'
  expect((await agent.ask('kv set k v')).err).toBe(`${note}set k\n`)
  const { out, err } = await agent.ask('kv set k v -o json')
  expect([JSON.parse(out).kind, err]).toEqual(['SharedWritten', note])
  expect((await agent.ask('kv set k v --quiet')).err).toBe('')
  expect((await agent.ask('kv set k v --addr ann')).err).toBe('set k\n')
})

test('one that reads says so on a terminal only, and once', async () => {
  await using agent = await startAgent()
  enterBeside(agent, 'bob', DEAD_URL, { startedMs: LATER_MS })
  expect((await agent.ask('members -o name')).err).toBe('')
  const { err } = await agent.ask('kv explain nix', { isTerminal: true })
  expect(err.split('this is ann')).toHaveLength(2)
})

test('an agent that is dead but has an entry is passed over for the next', async () => {
  await using agent = await startAgent()
  enterBeside(agent, 'bob', DEAD_URL)
  const { exit, err } = await agent.ask('kv set k v')
  const note = 'note: this is ann, as bob does not answer; --addr NAME takes another\n'
  expect([exit, err]).toEqual([0, `${note}set k\n`])
  const named = await agent.ask('kv get k --addr bob')
  expect([named.exit, named.err]).toEqual([3, expect.stringContaining('agents here: bob and ann')])
})

test('where none of several answers, all are named', async () => {
  await using agent = await startAgent()
  agent.terminal.signal('SIGTERM')
  await agent.ended
  enterBeside(agent, 'bob', DEAD_URL)
  enterBeside(agent, 'cat', DEAD_TOO_URL, { pid: process.pid })
  const { exit, err } = await agent.ask('members')
  const message = 'error: none of your agents here answers: bob and cat (ECONNREFUSED)\n'
  expect([exit, err]).toEqual([3, `${message}       start one: hearsay agent\n`])
})

test('an entry with the address of a later one is not taken for an agent', async () => {
  await using agent = await startAgent()
  enterBeside(agent, 'bob', agent.url)
  const { exit, err } = await agent.ask('kv set k v')
  expect([exit, err]).toEqual([0, 'set k\n'])
})
