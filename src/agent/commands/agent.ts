// `hearsay agent`: reads the settings, starts a life, and carries signals and the parent's
// word to it.

import type { NodeEvent } from '../../host/api.ts'
import { type CommandContext, type Flags, listFlag, type RunCommand, textFlag } from '../command.ts'
import { CommandError, type Exit, exits } from '../contract.ts'
import { detectionOf } from '../detection.ts'
import { eventJson } from '../http/views.ts'
import { configRowsOf } from '../life/config-rows.ts'
import { AgentLife } from '../life/life.ts'
import { RecordingFile } from '../life/recording-file.ts'
import { type AgentLog, createLog, withoutMembers } from '../log.ts'
import { optionRows } from '../settings/rows.ts'
import { pairsOf, readSettings, type Settings, textOf } from '../settings/settings.ts'
import { runningAgents, stateFolder } from '../settings/state-folder.ts'
import { eventLine } from '../terminal/event-line.ts'
import { asTyped, pasted, visible } from '../terminal/text.ts'
import { ageText, clockText } from '../terminal/time.ts'

/** Runs a member until it is told to stop. */
export const agent: RunCommand = async (context) => {
  const settings = settingsOf(context)
  if (context.flags.checkConfig === true) return printConfig(settings, context)
  const format = logFormatOf(settings, context)
  const log = createLog({
    level: levelOf(settings, context),
    format,
    sink: await context.io.openLog(),
    paint: context.print.paintTalk,
  })
  const file = textFlag(context.flags, 'record')
  const recording = file === undefined ? undefined : new RecordingFile(file)
  try {
    const onEvent = eventWriter(format, log, context)
    // In text, members appear as event lines; the node's own lines about them would say it twice.
    const nodeLog = format === 'text' ? withoutMembers(log) : log
    const record = recording?.write
    const life = await AgentLife.start({ context, settings, log, nodeLog, onEvent, record })
    const unlisten = listen(life, format, log, context)
    announce(life, format, log, context)
    const exit = await life.ended()
    for (const end of unlisten) end()
    return exit
  } finally {
    await recording?.close()
    await log.flush()
  }
}

function settingsOf({ flags, io }: CommandContext): Settings {
  return readSettings({
    flags: givenFlags(flags),
    env: io.env,
    configFile: textFlag(flags, 'config') ?? io.env.HEARSAY_CONFIG,
    keys: listFlag(flags, 'key'),
    platform: io.platform,
  })
}

function givenFlags(flags: Flags): ReadonlyMap<string, readonly string[]> {
  const given = new Map<string, readonly string[]>()
  for (const { key, flag } of optionRows) {
    const attribute = flag
      .slice(2)
      .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const value = flags[attribute]
    if (typeof value === 'boolean') given.set(key, [String(value)])
    else if (value !== undefined) given.set(key, listFlag(flags, attribute))
  }
  return given
}

function printConfig(settings: Settings, { print, flags }: CommandContext): Exit {
  const config = configRowsOf(settings)
  const shown = config.filter((row) => row.origin !== 'default' || print.format === 'wide')
  print.answer({
    kind: 'Config',
    body: { config, keys: settings.keyring.length },
    names: shown.map((row) => row.key),
    text: () => {
      const rows = shown.map((row) => [row.key, JSON.stringify(row.value), row.origin])
      if (rows.length > 0) print.table({ columns: ['OPTION', 'VALUE', 'FROM'], rows })
      const file = textFlag(flags, 'config')
      print.talk(`${file === undefined ? 'the options are' : `${visible(file)} is`} good`)
    },
  })
  return exits.done
}

function logFormatOf({ byKey }: Settings, { io }: CommandContext): 'text' | 'json' {
  const given = textOf(byKey, 'logFormat')
  if (given === 'text' || given === 'json') return given
  return io.err.isTerminal ? 'text' : 'json'
}

function levelOf({ byKey }: Settings, { verbosity, flags }: CommandContext): string {
  const quiet = flags.quiet === true ? 'warn' : 'info'
  const asked = ['debug', 'trace'][Math.min(verbosity, 2) - 1]
  return asked ?? textOf(byKey, 'logLevel') ?? quiet
}

/** Members' comings and goings belong in the log, in the words of `hearsay monitor`. */
function eventWriter(
  format: 'text' | 'json',
  log: AgentLog,
  { print, flags }: CommandContext,
): (event: NodeEvent, name: string) => void {
  if (flags.child === true) return () => undefined
  if (format === 'text') {
    return (event, name) => print.talk(eventLine(eventJson(event, name), print.paintTalk))
  }
  // The node logs members by itself; what the application sent is ours to say.
  return (event) => {
    if (event.kind !== 'user') return
    log.info({ name: event.name, id: event.id, from: event.from }, 'user event')
  }
}

function listen(
  life: AgentLife,
  format: 'text' | 'json',
  log: AgentLog,
  context: CommandContext,
): readonly (() => void)[] {
  const { io, parts, print, flags } = context
  const isChild = flags.child === true
  let asked = false
  const stop = () => {
    if (asked) return life.hurry()
    asked = true
    const remark = 'leaving; once more to end at once'
    if (format === 'text') print.talk(remark)
    else log.info({}, remark)
    life.end('leave')
  }
  if (isChild) parts.parent?.onStop(() => life.end('close'))
  return [
    // Ctrl-C reaches the whole group of processes; children wait for their parent's word.
    io.onSignal('SIGINT', isChild ? () => undefined : stop),
    io.onSignal('SIGTERM', stop),
    // From a terminal it means that the terminal is gone; from a supervisor, read again.
    io.onSignal('SIGHUP', io.err.isTerminal ? stop : () => reload(life, log, context)),
  ]
}

function reload(life: AgentLife, log: AgentLog, context: CommandContext): void {
  try {
    const settings = settingsOf(context)
    log.setLevel(levelOf(settings, context))
    const tags = pairsOf(settings.byKey, 'tags') ?? {}
    life.node
      .setTags(tags)
      .then(() => log.info({ tags: Object.keys(tags).length }, 'read tags and log level again'))
      .catch((error: unknown) => log.error({ error: String(error) }, 'cannot set the new tags'))
  } catch (error) {
    const reason = error instanceof CommandError ? error.message : String(error)
    log.error({ reason }, 'the new options are wrong; going on with the old ones')
  }
}

function announce(
  life: AgentLife,
  format: 'text' | 'json',
  log: AgentLog,
  context: CommandContext,
): void {
  const { print, parts, flags, io } = context
  const { node, url, token } = life
  const { name, address } = node
  const started = { name, address, bound: node.bound, url, pid: process.pid }
  if (flags.child === true) parts.parent?.send({ kind: 'ready', name, address, url, token })
  else if (print.isJson) print.item('AgentStarted', started)
  if (flags.child === true) return
  if (format === 'json') log.info({ ...started, encrypted: life.isEncrypted }, 'started')
  else for (const line of startLines(life, context)) print.talk(line)
  if (life.isExposed && !life.isEncrypted && format === 'json') {
    log.warn({}, 'gossip is not encrypted and not limited to this machine')
  }
  if (format === 'text') print.talk(print.paintTalk('dim', `${clockText(io.nowMs())}  events:`))
}

function startLines(life: AgentLife, { print, flags, io }: CommandContext): readonly string[] {
  const { node, url } = life
  const paint = print.paintTalk
  const { usualMs, worstMs } = detectionOf(node.config(), 3)
  const row = (name: string, text: string) => `  ${paint('dim', name.padEnd(8))} ${text}`
  const note = (text: string) => `  ${paint('yellow', 'note'.padEnd(8))} ${text}`
  const lines = [
    `${paint('bold', node.name)} is up at ${node.address}`,
    row(
      'http',
      url === ''
        ? 'off'
        : `${url}   try: ${asTyped(`hearsay members${addrFlag(life, io)}`, io.env)}`,
    ),
    row('crashes', detectionText(usualMs, worstMs)),
  ]
  if (!life.isEncrypted && life.isExposed) {
    lines.push(
      note('not encrypted: whoever reaches this port can join and read; see hearsay keygen'),
    )
  }
  if (life.label === '' && life.isExposed) {
    lines.push(note('no --label: any cluster without one may merge with this one'))
  }
  if (flags.dev === true) lines.push(row('next', 'run the same line in a second terminal'))
  return lines
}

/** Commands ask the first-started agent here, unless told of another. */
function addrFlag({ node, url }: AgentLife, { env, platform }: CommandContext['io']): string {
  const [first] = runningAgents(stateFolder(env, platform), platform)
  return first === undefined || first.url === url ? '' : ` --addr ${pasted(node.name)}`
}

function detectionText(usualMs: number, worstMs: number): string {
  if (!Number.isFinite(usualMs)) return 'go unnoticed: --probe-interval is 0'
  return `are noticed in about ${ageText(usualMs)}, at most ${ageText(worstMs)} among three members`
}
