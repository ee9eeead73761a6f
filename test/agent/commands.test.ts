// What commands print and which code they end with, for people, pipes and programs.

import { describe, expect, test } from 'vitest'
import { commandRows } from '../../src/agent/catalog.ts'
import { run } from '../../src/agent/run.ts'
import { FakeWorld } from './support/fake-world.ts'
import { startAgent, startAmongOthers } from './support/running-agent.ts'
import { inFolder, partsOf, runWords, Terminal } from './support/terminal.ts'

const terminal = { isTerminal: true, env: { NO_COLOR: '1' } }

describe('members', () => {
  test('is a table on a terminal, with notes and a summary below', async () => {
    await using agent = await startAmongOthers()
    const { exit, out, err } = await agent.ask('members', terminal)
    expect(exit).toBe(0)
    expect(out).toMatchInlineSnapshot(`
      "NAME  STATUS   ADDRESS          ROLE  RTT    SEEN   UP  NOTE
      ann   alive    127.0.0.1:7946   api   -      -      1m  this one
      bob   alive    10.0.0.98:7946   api   0.4ms  120ms  1m
      cat   suspect  10.0.0.99:7946   work  0.4ms  120ms  -   3.9s left; 1 of 2 confirmations
      dan   failed   10.0.0.100:7946  work  0.4ms  120ms  -   hearsay why dan
      eve   left     10.0.0.101:7946  work  0.4ms  120ms  -   1m ago
      "
    `)
    expect(err).toContain(
      '5 members: 2 alive, 1 suspect, 1 failed, 1 left · view 9f3a1c07, agreed by 2 of 2 reachable; 1 did not answer',
    )
  })

  test('is columns with tabs in a pipe', async () => {
    await using agent = await startAmongOthers()
    const { out } = await agent.ask('members --name b.b')
    expect(out).toBe(
      'NAME\tSTATUS\tADDRESS\tROLE\tRTT\tSEEN\tUP\tNOTE\n' +
        'bob\talive\t10.0.0.98:7946\tapi\t0.4ms\t120ms\t1m\t\n',
    )
  })

  test('is JSON with version and kind, times in RFC 3339, durations with their unit', async () => {
    await using agent = await startAmongOthers()
    const { out } = await agent.ask('members --status suspect --json')
    const list = JSON.parse(out)
    expect(list).toMatchObject({ apiVersion: 'hearsay/v1', kind: 'MemberList', seenBy: 'ann' })
    expect(list.members).toHaveLength(1)
    expect(list.members[0]).toMatchObject({
      name: 'cat',
      since: '2026-01-02T03:02:35.678Z',
      rttMs: 0.42,
      suspicion: { remainingMs: 3900, confirmations: 1, needed: 2 },
    })
  })

  test('is one object a line, or one name', async () => {
    await using agent = await startAmongOthers()
    const { out } = await agent.ask('members -o ndjson')
    const lines = out.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).member.name)).toEqual([
      'ann',
      'bob',
      'cat',
      'dan',
      'eve',
    ])
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({
        kind: 'Member',
        seenBy: 'ann',
        at: expect.any(String),
      })
    }
    expect((await agent.ask('members -o name --tag role=api')).out).toBe('ann\nbob\n')
  })

  test('filters are anchored', async () => {
    await using agent = await startAmongOthers()
    expect((await agent.ask('members -o name --name a')).out).toBe('')
    expect((await agent.ask('members -o name --name [ab].*')).out).toBe('ann\nbob\n')
  })

  test('--expect is exit 0 when met and 5 when not in time', async () => {
    await using agent = await startAmongOthers()
    expect((await agent.ask('members --expect 2 -q')).exit).toBe(0)
    const missed = await agent.ask('members --expect 3 --timeout 0')
    expect(missed.exit).toBe(5)
    expect(missed.err).toContain('2 of 3 members')
    expect(missed.err).toContain('; cat is suspect and dan is failed')
    expect(missed.err).toContain('hearsay why cat')
  })

  test('--expect in vain names what the agent knows of its seeds if it is alone', async () => {
    await using agent = await startAgent()
    const missed = await agent.ask('members --expect 2 --timeout 0')
    expect(missed.err).toContain(
      '1 of 2 members after 0 s; alone, and nobody could be joined: localhost',
    )
    expect(missed.err).toContain('hearsay join ADDRESS')
  })

  test('what others wrote cannot move the cursor or forge a row', async () => {
    await using agent = await startAmongOthers()
    const options = { tags: { role: '\u001b[2Jx\ty\u202e' } }
    const hostile = 'ev\u001b]0;x\u0007il\nbob  alive'
    const row = { status: 'alive' as const, incarnation: 1, options, address: '10.9.9.9:1' }
    agent.world.rowByName.set(hostile, row)
    for (const options of [terminal, {}]) {
      const { out } = await agent.ask('members', options)
      expect(out).toContain(String.raw`ev\u{1b}]0;x\u{7}il\u{a}bob  alive`)
      expect(out.replaceAll(/[\t\n]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
    const { out } = await agent.ask('members --json')
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(JSON.parse(out).members.map((one: { name: string }) => one.name)).toContain(hostile)
  })
})

describe('colour', () => {
  test('is used on a terminal, unless NO_COLOR or --color says otherwise', async () => {
    await using agent = await startAmongOthers()
    const escapes = async (words: string, options: object) =>
      (await agent.ask(words, options)).out.includes('\u001b[')
    expect(await escapes('members', { isTerminal: true })).toBe(true)
    expect(await escapes('members', terminal)).toBe(false)
    expect(await escapes('members --color never', { isTerminal: true })).toBe(false)
    expect(await escapes('members', {})).toBe(false)
  })
})

test('why tells the verdict, the evidence and what to do', async () => {
  await using agent = await startAmongOthers()
  const { out } = await agent.ask('why dan')
  const lines = out.split('\n')
  expect(lines[0]).toMatch(/^dan is FAILED since \d\d:\d\d:\d\d \(1 min\), incarnation 7$/)
  expect(lines[1]).toMatch(/^ {2}\d\d:\d\d:59\.678 {2}ann probed it directly$/)
  expect(lines.at(-2)).toBe('Likely: gone. Next: hearsay remove dan')
})

test('join: all reached is 0, some is 4, none is 1, another cluster is 7', async () => {
  await using agent = await startAmongOthers()
  expect(await agent.ask('join 10.0.0.98:7946')).toMatchObject({
    exit: 0,
    out: 'joined 10.0.0.98:7946\n',
  })
  expect((await agent.ask('join 10.0.0.98:7946 192.0.2.1')).exit).toBe(4)
  expect((await agent.ask('join 192.0.2.1')).exit).toBe(1)
  expect((await agent.ask('join 10.0.9.9')).exit).toBe(7)
})

test('remove asks first; alive is 1, unknown is 6', async () => {
  await using agent = await startAmongOthers()
  expect((await agent.ask('remove bob --yes')).exit).toBe(1)
  expect((await agent.ask('remove zoe --yes')).exit).toBe(6)
  const unasked = await agent.ask('remove dan')
  expect(unasked.exit).toBe(2)
  expect(unasked.err).toContain('--yes')
  expect(await agent.ask('remove dan', { answer: 'n' })).toMatchObject({ exit: 1, out: '' })
  expect((await agent.ask('remove dan --dry-run')).out).toBe('would forget dan, which is failed\n')
  expect(agent.world.rowByName.has('dan')).toBe(true)
  expect((await agent.ask('remove dan', { answer: 'y' })).exit).toBe(0)
  expect(agent.world.rowByName.has('dan')).toBe(false)
})

test('remove takes names that nobody has but by what they wrote, which kv stats lists', async () => {
  await using agent = await startAmongOthers()
  agent.world.state.waitingFor = ['dan', "ghost's"]
  const { out, err } = await agent.ask('kv stats', terminal)
  expect(out).toMatch(/gone +2 +waited for/)
  expect(err).toContain("dan and ghost's; of those that do not return: hearsay remove dan")
  expect((await agent.ask('kv stats -o name')).out).toBe("dan\nghost's\n")
  const asked = await agent.ask(['remove', "ghost's", '--dry-run'])
  expect(asked.out).toBe("would forget ghost's, which is known only by what it wrote\n")
  expect((await agent.ask(['remove', "ghost's", '--yes'])).exit).toBe(0)
})

test('leave ends the agent, asked by its name too', async () => {
  await using agent = await startAmongOthers()
  expect((await agent.ask('leave --dry-run')).exit).toBe(0)
  expect((await agent.ask('leave zoe --yes')).exit).toBe(6)
  expect(await agent.ask('leave ann --yes')).toMatchObject({ exit: 0, out: 'ann is leaving\n' })
  expect(await agent.ended).toBe(0)
})

test('event takes its payload from the words or from standard input, and waits if asked', async () => {
  await using agent = await startAmongOthers()
  expect((await agent.ask('event deploy v42')).out).toBe('sent deploy as 1-deploy\n')
  const heard: string[] = []
  const heardBy = agent.world.listenersByName.get('ann')?.get('user')
  heardBy?.add((event) => {
    if (event.kind === 'user') heard.push(event.text)
  })
  await agent.ask('event flags -', { input: 'from a pipe' })
  expect(heard).toEqual(['from a pipe'])
  const waited = await agent.ask('event deploy v43 --wait', terminal)
  expect(waited.exit).toBe(0)
  expect(waited.out).toMatchInlineSnapshot(`
    "NAME  FROM          HOPS  AFTER
    ann   (its origin)  0     -
    bob   ann           1     2.0ms
    "
  `)
  expect(waited.err).toContain('2 of 2 have heard, the last after 2.0ms, at most 1 hop')
})

test('monitor and members --watch end with --timeout; with --count that is exit 5', async () => {
  await using agent = await startAmongOthers()
  // Long enough for an answer to come first, on a machine that has other things to do.
  const [all, watched, missed] = await Promise.all([
    agent.ask('monitor --timeout 2s'),
    agent.ask('members --watch --timeout 2s'),
    agent.ask('monitor --count 3 --timeout 2s'),
  ])
  expect([all.exit, watched.exit, missed.exit]).toEqual([0, 0, 5])
  expect(missed.err).toContain('0 of 3 came before the --timeout')
})

test('a name nearly right is answered with the right one', async () => {
  await using agent = await startAmongOthers()
  for (const words of ['why cta', 'remove cta --yes']) {
    const { exit, err } = await agent.ask(words)
    expect(exit).toBe(6)
    expect(err).toContain('no member is called "cta"; did you mean cat?')
  }
  expect((await agent.ask('why zzzzzz')).err).not.toContain('did you mean')
})

test('an empty name is refused in words', async () => {
  await using agent = await startAmongOthers()
  const { exit, err } = await agent.ask(['event', '', 'x'])
  expect([exit, err]).toEqual([2, expect.stringContaining('name: must not be empty')])
})

test('an input longer than any event is not read to its end', async () => {
  await using agent = await startAmongOthers()
  const { exit, out, err } = await agent.ask('event flags -', { input: 'x'.repeat(513) })
  expect([exit, out]).toEqual([1, ''])
  expect(err).toContain('more than 512 bytes')
  const { out: dry } = await agent.ask('event deploy y --dry-run')
  expect(dry).toBe('would tell every member deploy with 1 byte\n')
})

test('views shows the groups, and exit 4 if some are silent', async () => {
  await using agent = await startAmongOthers()
  expect(await agent.ask('views')).toMatchObject({
    exit: 4,
    out: 'VIEW\tALIVE\tSEEN BY\n9f3a1c07\t2\tann and bob\n',
  })
  agent.world.rowByName.delete('cat')
  expect((await agent.ask('views')).exit).toBe(0)
})

test('info tells what differs from the defaults, wide tells all', async () => {
  await using agent = await startAmongOthers()
  const { out } = await agent.ask('info')
  expect(out).toMatch(/^name +ann$/m)
  expect(out).toContain('tags\trole=api\tflag\tnone')
  expect(out).not.toContain('gossipNodes')
  expect((await agent.ask('info -o wide')).out).toContain('gossipNodes')
})

test('monitor prints one JSON object a line in a pipe and lines on a terminal', async () => {
  await using agent = await startAmongOthers()
  const chatter = setInterval(
    () => agent.world.broadcast('bob', 'deploy', new TextEncoder().encode('v42')),
    5,
  )
  const piped = await agent.ask('monitor --count 2 --types user')
  const watched = await agent.ask('monitor --count 1 --grep deploy', terminal)
  clearInterval(chatter)
  expect(piped.exit).toBe(0)
  expect(
    piped.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).kind),
  ).toEqual(['user', 'user'])
  expect(watched.out).toMatch(
    /^\d\d:\d\d:05\.678 {2}user {5}deploy {2}v42 {2}\(\d+-deploy, told by bob\)\n$/,
  )
})

test('monitor says why what a member had shared was taken over, and by whom', async () => {
  await using agent = await startAmongOthers()
  const { world } = agent
  const eviction = {
    kind: 'evicted',
    node: 'dan',
    generation: 7,
    reason: 'removed',
    by: 'bob',
  } as const
  const chatter = setInterval(() => world.hear('ann', { ...eviction, atMs: world.nowMs }), 5)
  const piped = await agent.ask('monitor --count 1 --types evicted')
  const watched = await agent.ask('monitor --count 1 --types evicted', terminal)
  clearInterval(chatter)
  expect(JSON.parse(piped.out)).toMatchObject(eviction)
  expect(watched.out).toContain('dan  was removed here: bob took over what it had shared')
})

test('an interrupt ends a command with 130', async () => {
  await using agent = await startAmongOthers()
  const terminal = new Terminal(agent.world, { env: agent.env })
  const ended = run(['monitor'], terminal.io, partsOf(agent.world))
  await terminal.until(({ err }) => err.includes('following'))
  terminal.signal('SIGINT')
  expect(await ended).toBe(130)
})

test('a name that a shell would run is quoted where it may be pasted', async () => {
  await using agent = await startAmongOthers()
  const row = { status: 'failed' as const, incarnation: 1, options: {}, address: '10.9.9.9:1' }
  agent.world.rowByName.set("$(reboot)'", row)
  const { out } = await agent.ask('members --status failed', terminal)
  expect(out).toContain(String.raw`hearsay why '$(reboot)'\'''`)
})

test('doctor puts the worst first, each with a fix, and ends with 1', async () => {
  await using agent = await startAmongOthers()
  const { exit, out } = await agent.ask('doctor --json')
  expect(exit).toBe(1)
  const { findings } = JSON.parse(out)
  const ranks = findings.map((one: { severity: string }) =>
    ['error', 'warning', 'note', 'ok'].indexOf(one.severity),
  )
  expect(ranks).toEqual([...ranks].sort())
  for (const { severity, fix } of findings) expect(fix !== '').toBe(severity !== 'ok')
})

test('doctor checks the host where no agent runs', async () => {
  await inFolder(async (folder) => {
    const env = { XDG_STATE_HOME: folder, LOCALAPPDATA: folder }
    const { exit, out } = await runWords('doctor --json', new FakeWorld(), { env })
    const { agent, findings } = JSON.parse(out)
    expect(agent).toBeNull()
    expect(findings.map((one: { check: string }) => one.check)).toContain('node')
    const isBad = findings.some((one: { severity: string }) => /error|warning/.test(one.severity))
    expect(exit).toBe(isBad ? 1 : 0)
  })
})

describe('without an agent', () => {
  test.each([
    'members',
    'why x',
    'views',
    'info',
    'join x',
    'event x',
    'remove x --yes',
    'leave --dry-run',
    'monitor',
  ])('%s is exit 3 with the next command to type', async (words) => {
    await inFolder(async (folder) => {
      const env = { XDG_STATE_HOME: folder, LOCALAPPDATA: folder }
      const { exit, out, err } = await runWords(words, new FakeWorld(), { env })
      expect([exit, out]).toEqual([3, ''])
      expect(err).toContain('hearsay agent --dev')
    })
  })
})

describe('a wrong word', () => {
  const world = new FakeWorld()
  test.each([
    ['memebrs', "unknown command 'memebrs'; did you mean members?"],
    ['members --statsu alive', "unknown option '--statsu'; did you mean --status?"],
    ['members --status aliv', 'did you mean alive?'],
    ['members extra', 'too many arguments'],
    ['why', "missing required argument 'name'"],
    ['agent --probe-intervall 1s', 'did you mean --probe-interval?'],
    ['agent --probe-interval 1', 'a duration such as 500ms, 5s or 2m expected, got "1"'],
    ['members --timeout soon', 'a duration such as'],
    ['up 26', 'from 1 to 25'],
    ['up none', 'from 1 to 25'],
    ['keygen --bytes 20', '16, 24, 32'],
    ['completion basch', 'did you mean bash?'],
    ['members --name (', '--name'],
    ['agent --http 0.0.0.0:1', '--insecure-http'],
    ['members --expect x', '--expect: a count expected'],
    ['remove x', 'add --yes'],
    ['leave', 'add --yes'],
    ['monitor --count 0', '--count'],
    ['keygen --timeout soon', 'a duration such as'],
    ['nothing --help', "unknown command 'nothing'"],
    ['help memebrs', "unknown command 'memebrs'; did you mean members?"],
  ])('%s is exit 2 and says: %s', async (words, says) => {
    const { exit, out, err } = await runWords(words, world)
    expect([exit, out]).toEqual([2, ''])
    expect(err).toContain(says)
  })
})

test.each([
  ['membrs', 'hearsay members'],
  ['wyh', 'hearsay why worker-1'],
  ['hlp', 'hearsay --help'],
  ['members --statsu alive', 'hearsay members --status failed --tag role=api'],
  ['members --formt json', 'did you mean --output?'],
  ['members --zzzz', 'hearsay help members lists its flags'],
  ['-v members', 'flags stand after the command: hearsay members -v'],
])('%s is answered with the right line: %s', async (words, says) => {
  const { exit, err } = await runWords(words, new FakeWorld())
  expect(exit).toBe(2)
  expect(err).toContain(says)
})

test.each([
  ['members --tag nope', 'for example: hearsay members --status failed --tag role=api'],
  ['members --expect -1', 'for example: hearsay members --expect 5 --timeout 30s'],
  ['members --timeout soon', 'for example: hearsay members --expect 5 --timeout 30s'],
  ['monitor --count 0', 'for example: hearsay monitor'],
  ['monitor --types nope', 'for example: hearsay monitor --types member-failed,user'],
  ['plan --nodes x', 'for example: hearsay plan --nodes'],
  ['keygen --timeout soon', 'for example: hearsay keygen'],
])('a value that %s does not take is answered with an example: %s', async (words, says) => {
  const { exit, err } = await runWords(words, new FakeWorld())
  expect(exit).toBe(2)
  expect(err).toContain(says)
})

test('help about a command is the same as its --help, own flags before the common ones', async () => {
  const world = new FakeWorld()
  const { exit, out } = await runWords('help members', world)
  expect(exit).toBe(0)
  expect(out).toBe((await runWords('members --help', world)).out)
  expect(out.indexOf('Options:')).toBeLessThan(out.indexOf('Common:'))
  const version = (await runWords('help version', world)).out
  expect(version).toContain('Common:')
  expect(version).not.toContain('Options:')
  expect((await runWords('help', world)).out).toBe((await runWords('--help', world)).out)
})

test('every command takes --timeout, and says what it bounds there', async () => {
  const world = new FakeWorld()
  for (const { name } of commandRows) {
    const { out } = await runWords(`help ${name}`, world)
    expect([name, out]).toEqual([name, expect.stringContaining('--timeout <duration>')])
  }
  expect((await runWords('version --timeout 5s', world)).exit).toBe(0)
  expect((await runWords('help up', world)).out).toContain('for the whole story')
})

test('help is data and exit 0; no command at all is exit 2', async () => {
  const world = new FakeWorld()
  const help = await runWords('--help', world)
  expect(help.exit).toBe(0)
  expect(help.out).toContain('hearsay up 5')
  expect((await runWords('members --help', world)).out).toContain('Examples:')
  expect(await runWords([], world)).toMatchObject({ exit: 2, out: '' })
})

test('keygen prints a key of the asked length, and nothing else', async () => {
  const world = new FakeWorld()
  for (const bytes of [16, 24, 32]) {
    const { out, err } = await runWords(`keygen --bytes ${bytes}`, world)
    expect(Buffer.from(out.trimEnd(), 'base64')).toHaveLength(bytes)
    expect(err).toBe('')
  }
})

test('version is that of the package', async () => {
  const { out } = await runWords('--version', new FakeWorld())
  expect(out).toMatch(/^hearsay \d+\.\d+\.\d+ \(Node v/)
})
