// Runs one command line from the first word to the exit code, with the whole world handed in:
// what main.ts does for a terminal, tests do in-process.

import { setMaxListeners } from 'node:events'
import { fullCommandRows } from './catalog.ts'
import { AgentClient, type ClientOptions } from './client.ts'
import {
  type CommandContext,
  type CommandRow,
  type Flags,
  listFlag,
  type Parts,
  textFlag,
} from './command.ts'
import { CommandError, type Exit, exits, type Io } from './contract.ts'
import { type AgentPlace, findAgent } from './find-agent.ts'
import { isLoopback } from './http/loopback.ts'
import { parse } from './parser.ts'
import { type Format, formats, Printer } from './terminal/printer.ts'
import type { ColorChoice } from './terminal/style.ts'
import { asTyped } from './terminal/text.ts'
import { durationMs } from './terminal/time.ts'

const TIMEOUT_MS = 10_000

/** Runs a command line (without `node` and the script). Never rejects for a user's mistake. */
export async function run(argv: readonly string[], io: Io, parts: Parts): Promise<Exit> {
  let flags: Flags = {}
  try {
    const parsed = await parse(argv[0] === '--version' || argv[0] === '-V' ? ['version'] : argv, io)
    if (parsed.kind === 'help') return exits.done
    flags = parsed.flags
    return await runRow(parsed.row, parsed.args, flags, io, parts)
  } catch (error) {
    return printError(error, flags, io)
  }
}

async function runRow(
  row: CommandRow,
  args: readonly string[],
  flags: Flags,
  io: Io,
  parts: Parts,
): Promise<Exit> {
  const interrupted = new AbortController()
  // Every request in flight listens to it; a story of many members has many.
  setMaxListeners(0, interrupted.signal)
  const stop = () => interrupted.abort(new Interruption())
  const listening =
    row.ownsSignals === true ? [] : [io.onSignal('SIGINT', stop), io.onSignal('SIGTERM', stop)]
  try {
    if (row.takes.includes('confirm')) checkCanAsk(flags, io)
    const context = contextOf(args, flags, io, interrupted.signal, parts)
    const command = await row.load()
    return await command(context)
  } catch (error) {
    // A command that has something to say about its own end says it; others end in silence.
    const isTold = error instanceof CommandError && error.exit === exits.interrupted
    if (interrupted.signal.aborted && !isTold) return exits.interrupted
    throw withExample(error, row)
  } finally {
    for (const end of listening) end()
  }
}

class Interruption extends Error {}

/** Who gave a flag a value that is none is shown the command as it is meant, with that flag if possible. */
function withExample(error: unknown, { examples }: CommandRow): unknown {
  if (!(error instanceof CommandError) || error.hint !== undefined) return error
  const [flag] = /^--[a-z-]+/.exec(error.message) ?? []
  if (flag === undefined || error.exit !== exits.usage) return error
  const example = examples.find((line) => line.includes(flag)) ?? examples[0]
  return new CommandError(error.exit, error.message, `for example: ${example}`, error)
}

function contextOf(
  args: readonly string[],
  flags: Flags,
  io: Io,
  signal: AbortSignal,
  parts: Parts,
): CommandContext {
  const given = textFlag(flags, 'timeout')
  const timeoutMs = given === undefined ? TIMEOUT_MS : durationMs(given)
  if (timeoutMs === undefined) {
    const message = `--timeout: a duration such as 500ms, 5s or 2m expected, got ${given}`
    throw new CommandError(exits.usage, message)
  }
  const print = printerOf(flags, io)
  const search = { addr: textFlag(flags, 'addr'), env: io.env, platform: io.platform }
  const client = (place: AgentPlace, onAnswer?: ClientOptions['onAnswer']) =>
    new AgentClient(place, { timeoutMs, signal, ...(onAnswer && { onAnswer }) })
  // One command talks to one agent, however often it asks.
  let agent: AgentClient | undefined
  return {
    commands: fullCommandRows,
    io,
    parts,
    print,
    arguments: args,
    flags,
    timeoutMs,
    hasTimeout: given !== undefined,
    untilTimeout: () => (given === undefined ? undefined : AbortSignal.timeout(timeoutMs)),
    verbosity: listFlag(flags, 'verbose').length,
    signal,
    agent: () => {
      if (agent !== undefined) return agent
      const place = findAgent(search)
      if (isInClear(place)) print.talk(`note: the token goes to ${place.url} unencrypted`)
      agent = client(place, remarker(print, io))
      return agent
    },
    clientOf: (url, token) => client({ url, token, foundBy: 'state-folder' }),
    confirm: async (question) => {
      const isWanted = await confirm(question, flags, { io, signal })
      signal.throwIfAborted()
      return isWanted
    },
  }
}

/** Says once which of several agents was taken: to people, and to scripts that change something. */
function remarker(print: Printer, io: Io): ClientOptions['onAnswer'] {
  let isSaid = false
  return ({ remark }, isRead) => {
    if (remark === undefined || isSaid || (isRead && !io.err.isTerminal)) return
    isSaid = true
    print.talk(print.paintTalk('dim', remark))
  }
}

/** The API speaks no TLS: beyond this machine the token can be read on the way. */
function isInClear({ url, token }: AgentPlace): boolean {
  return token !== undefined && !isLoopback(new URL(url).hostname)
}

function printerOf(flags: Flags, io: Io): Printer {
  const asked = textFlag(flags, 'output')
  const format: Format =
    flags.json === true ? 'json' : (formats.find((one) => one === asked) ?? 'text')
  return new Printer(io, { format, color: colorOf(flags), quiet: flags.quiet === true })
}

function colorOf(flags: Flags): ColorChoice {
  const color = textFlag(flags, 'color')
  return color === 'always' || color === 'never' ? color : 'auto'
}

/** What the system refused is not our mistake; anything else that comes this far is. */
function asCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error
  if (error instanceof Error && 'syscall' in error) {
    return new CommandError(exits.failed, error.message, undefined, error)
  }
  throw error
}

/** Wrong usage is said before an agent is looked for. */
function checkCanAsk(flags: Flags, io: Io): void {
  if (flags.yes === true || flags.dryRun === true || io.ask !== undefined) return
  const message = 'this is asked about first, and there is no terminal to ask at'
  throw new CommandError(exits.usage, message, 'add --yes to go ahead')
}

async function confirm(
  question: string,
  flags: Flags,
  { io, signal }: { readonly io: Io; readonly signal: AbortSignal },
): Promise<boolean> {
  if (flags.yes === true) return true
  const answer = await io.ask?.(`${question} [y/N] `, signal)
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}

function printError(thrown: unknown, flags: Flags, io: Io): Exit {
  const error = asCommandError(thrown)
  // An empty message: help has been printed already.
  if (error.message === '') return error.exit
  const { paintTalk } = printerOf(flags, io)
  io.err.write(`${paintTalk('red', 'error:')} ${error.message}\n`)
  if (error.hint !== undefined) io.err.write(`       ${asTyped(error.hint, io.env)}\n`)
  const isVerbose = listFlag(flags, 'verbose').length > 0
  if (isVerbose && error.cause instanceof Error) io.err.write(`${error.cause.stack ?? ''}\n`)
  return error.exit
}
