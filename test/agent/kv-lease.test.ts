// `hearsay kv set --lease`: keys that are read while the agent's node lives.

import { expect, test } from 'vitest'
import { startAmongOthers } from './support/running-agent.ts'

const terminal = { isTerminal: true, env: { NO_COLOR: '1' } }

test('--lease binds a key to the life of the node', async () => {
  await using agent = await startAmongOthers()
  await agent.ask('kv set leader ann --lease')
  await agent.ask('kv set lock ann --lease --ttl 1m')
  expect(JSON.parse((await agent.ask('kv get leader --json')).out).lease).toBe(true)
  expect((await agent.ask('kv ls', terminal)).out).toMatchInlineSnapshot(`
    "KEY     WRITER  AGE  SIZE  ENDS IN    VALUE
    leader  ann     0ms  3 B   lease      ann
    lock    ann     0ms  3 B   1m, lease  ann
    "
  `)
  const own = await agent.ask('kv set role api --own --lease')
  expect(own).toMatchObject({ exit: 2, err: expect.stringContaining('not with --own') })
  expect(own.err).toContain('hearsay kv set --lease role VALUE\n')
})
