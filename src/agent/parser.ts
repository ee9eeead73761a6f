// Builds commander's parser from the catalog, and turns its complaints into one sentence with
// the nearest right word and an example.

import { type Argument, Command, CommanderError, Option } from 'commander'
import { commandRows, commonFlags, commonFlagsOf, rowOf, subcommandsOf } from './catalog.ts'
import { type CommandRow, type FlagRow, type Flags, groupOf, ownWordOf } from './command.ts'
import { CommandError, exits, type Io } from './contract.ts'
import { nearest } from './settings/suggest.ts'
import { visible } from './terminal/text.ts'

/** What the command line asks for. */
export type Parsed =
  | {
      readonly kind: 'run'
      readonly row: CommandRow
      readonly args: readonly string[]
      readonly flags: Flags
    }
  /** Help was printed. */
  | { readonly kind: 'help' }

/** Reads the command line. Throws exit 2 for one that makes no sense. */
export async function parse(argv: readonly string[], io: Io): Promise<Parsed> {
  let parsed: Parsed = { kind: 'help' }
  const words = withoutHelpWord(argv)
  const program = rootCommand(io)
  for (const row of commandRows) {
    const command = commandOf(row, io)
    const group = groupOf(row.name)
    const parent = program.commands.find((one) => one.name() === group) ?? program
    command.action(() => {
      if (group !== undefined) checkPlace(parent, row)
      parsed = { kind: 'run', row, args: texts(command.processedArgs), flags: command.opts() }
    })
    parent.addCommand(command)
  }
  try {
    await program.parseAsync([...words], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0 && error.code !== 'commander.help') throw usageError(error, words)
    if (error.code === 'commander.help') throw new CommandError(exits.usage, '')
  }
  return parsed
}

/** `help why` means `why --help`; help about a command that is none is a mistake as any. */
function withoutHelpWord(argv: readonly string[]): readonly string[] {
  const [first, ...others] = argv
  if (first === undefined || first.startsWith('-')) return argv
  if (first !== 'help') return isCommand(first) ? argv : [first]
  const [name] = others
  if (name === undefined || name === 'help') return ['--help']
  return isCommand(name) ? [...others, '--help'] : [name]
}

function isCommand(word: string): boolean {
  return commandRows.some((one) => one.name === word)
}

/** Flags of `sim` before `compare` would be taken for flags of `sim` and be lost. */
function checkPlace(parent: Command, { name, examples }: CommandRow): void {
  const [lost] = Object.keys(parent.opts())
  if (lost === undefined) return
  const flag = parent.options.find((one) => one.attributeName() === lost)?.long ?? ''
  const message = `flags stand after the command: hearsay ${name} ${flag}`
  throw new CommandError(exits.usage, message, `for example: ${examples[0] ?? ''}`)
}

function rootCommand(io: Io): Command {
  const program = new Command('hearsay')
  prepare(program, io)
  program.description('Gossip for Node.js: who is alive, what happened, and why.')
  program.usage('<command> [flags]')
  program.helpCommand(false)
  // Else flags would be read for a command before one that stands under it is looked for.
  program.enablePositionalOptions()
  program.configureHelp({
    subcommandTerm: (command) =>
      [command.name(), ...command.registeredArguments.map(term)].join(' '),
  })
  program.addHelpText(
    'after',
    [
      '',
      'To try it out:',
      '  hearsay up 5                five members on this machine, and what gossip does',
      '  hearsay agent --dev         one member; start it again in a second terminal',
      '  hearsay help <command>      flags and examples',
    ].join('\n'),
  )
  return program
}

function term(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

function commandOf(row: CommandRow, io: Io): Command {
  const command = new Command(ownWordOf(row.name))
  prepare(command, io)
  if (subcommandsOf(row.name).length > 0) withSubcommands(command)
  command.summary(row.summary)
  command.description(`${row.summary[0]?.toUpperCase() ?? ''}${row.summary.slice(1)}.`)
  if (row.args !== undefined) command.arguments(row.args)
  for (const flag of row.flags) command.addOption(optionOf(flag))
  for (const flag of commonFlagsOf(row)) {
    command.addOption(optionOf({ ...flag, group: 'Common:' }))
  }
  const examples = row.examples.map((line) => `  ${line}`).join('\n')
  command.addHelpText('after', `\nExamples:\n${examples}`)
  return command
}

/** A command that others stand under: flags after their names are theirs. */
function withSubcommands(command: Command): void {
  command.usage('[command] [flags]')
  command.helpCommand(false)
  command.enablePositionalOptions()
  command.configureHelp({ subcommandTerm: (one) => one.name() })
}

function prepare(command: Command, io: Io): void {
  command.exitOverride()
  command.addHelpOption(new Option('-h, --help', 'print this help').helpGroup('Common:'))
  command.configureOutput({
    writeOut: (text) => io.out.write(text),
    writeErr: (text) => io.err.write(text),
    getOutHelpWidth: () => io.out.columns,
    getErrHelpWidth: () => io.err.columns,
    // Errors are printed by us, all in one way.
    outputError: () => undefined,
  })
}

function optionOf(row: FlagRow): Option {
  const option = new Option(row.flags, row.help)
  if (row.choices !== undefined) option.choices(row.choices)
  if (row.hidden === true) option.hideHelp()
  if (row.group !== undefined) option.helpGroup(row.group)
  if (row.repeats === true) {
    option.argParser((value: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      // A switch that repeats, such as -vv, comes without a value.
      String(value),
    ])
  }
  return option
}

function texts(args: readonly unknown[]): readonly string[] {
  return args.flat().filter((one): one is string => typeof one === 'string')
}

function usageError(error: CommanderError, argv: readonly string[]): CommandError {
  const near = nearestWord(error.code, argv)
  const said = error.message.replace(/^error: /, '').split('\n')[0] ?? ''
  const message = near?.message ?? visible(said, 400)
  const row = rowOf(near?.command.split(' ') ?? argv)
  const examples = row?.examples ?? []
  const { word = '' } = near ?? {}
  const example = examples.find((line) => line.includes(word)) ?? examples[0] ?? 'hearsay --help'
  const help = near === undefined ? '' : `; ${near.help}`
  return new CommandError(exits.usage, `${message}${help}`, `for example: ${example}`, error)
}

/** What was meant instead, and the command it belongs to. */
interface NearWord {
  readonly word: string
  readonly command: string
  readonly help: string
  /** Says better than commander what is wrong. */
  readonly message?: string
}

function nearestWord(code: string, argv: readonly string[]): NearWord | undefined {
  const [first = ''] = argv
  if (code === 'commander.unknownCommand') return nearestCommand(first)
  if (code === 'commander.excessArguments') return nearestSubcommand(argv)
  if (code !== 'commander.unknownOption') return undefined
  const row = rowOf(argv)
  if (row === undefined) return misplacedFlag(first, argv[1])
  const flags = [...row.flags, ...commonFlagsOf(row)]
  const known = flags.flatMap((flag) => longNames(flag.flags))
  const wrong = argv.find((word) => word.startsWith('-') && !known.includes(flagPart(word)))
  if (wrong === undefined) return undefined
  const word = nearestFlag(flagPart(wrong), flags)
  if (word === undefined) {
    return { word: '', command: row.name, help: `hearsay help ${row.name} lists its flags` }
  }
  return { word, command: row.name, help: `did you mean ${word}?` }
}

/** `sim compar`: commander takes it for an argument too many. */
function nearestSubcommand(argv: readonly string[]): NearWord | undefined {
  const [group = '', ...others] = argv
  const known = subcommandsOf(group).map((one) => ownWordOf(one.name))
  const wrong = others.find((word) => !word.startsWith('-'))
  if (known.length === 0 || wrong === undefined) return undefined
  if (known.includes(wrong)) return excessWords(`${group} ${wrong}`)
  const near = nearest(wrong, known)
  const message = `no such command: ${group} ${visible(wrong)}`
  if (near !== undefined) {
    const command = `${group} ${near}`
    return { word: '', command, message, help: `did you mean ${command}?` }
  }
  return { word: '', command: group, message, help: `hearsay ${group} knows ${known.join(', ')}` }
}

/** The command is right, and there are words too many after it. */
function excessWords(command: string): NearWord | undefined {
  const row = commandRows.find((one) => one.name === command)
  const takes = row?.args === undefined ? 'takes no arguments' : `takes ${row.args}`
  const message = `too many arguments: hearsay ${command} ${takes}`
  return { word: '', command, message, help: 'put what has spaces into quotes' }
}

function nearestCommand(wrong: string): NearWord | undefined {
  const names = commandRows.map((one) => one.name)
  const command = nearest(wrong, [...names, 'help'])
  if (command === undefined) return undefined
  return { word: '', command, help: `did you mean ${command}?` }
}

/** A flag before any command: right elsewhere, perhaps. */
function misplacedFlag(flag: string, next: string | undefined): NearWord | undefined {
  const command = commandRows.find((one) => one.name === next)?.name ?? 'members'
  const isCommon = commonFlags.some((one) => one.flags.split(/[ ,]+/).includes(flagPart(flag)))
  if (!isCommon) return undefined
  return { word: '', command, help: `flags stand after the command: hearsay ${command} ${flag}` }
}

/** The nearest by its own name, or by what other programs call it. */
function nearestFlag(wrong: string, flags: readonly FlagRow[]): string | undefined {
  const nameByWord = new Map<string, string>()
  for (const flag of flags) {
    const [name = ''] = longNames(flag.flags)
    for (const word of [...longNames(flag.flags), ...(flag.aka ?? [])]) nameByWord.set(word, name)
  }
  return nameByWord.get(nearest(wrong, [...nameByWord.keys()]) ?? '')
}

function longNames(flags: string): readonly string[] {
  return flags.split(/[ ,]+/).filter((part) => part.startsWith('--'))
}

function flagPart(word: string): string {
  return word.split('=')[0] ?? word
}
