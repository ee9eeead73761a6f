// Builds commander's parser from the catalog, and turns its complaints into one sentence with
// the nearest right word and an example.

import { type Argument, Command, CommanderError, Option } from 'commander'
import { commandRows, commonFlagsOf } from './catalog.ts'
import type { CommandRow, FlagRow, Flags } from './command.ts'
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
  const program = rootCommand(io)
  for (const row of commandRows) {
    const command = commandOf(row, io)
    command.action(() => {
      parsed = { kind: 'run', row, args: texts(command.processedArgs), flags: command.opts() }
    })
    program.addCommand(command)
  }
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0 && error.code !== 'commander.help') throw usageError(error, argv)
    if (error.code === 'commander.help') throw new CommandError(exits.usage, '')
  }
  return parsed
}

function rootCommand(io: Io): Command {
  const program = new Command('hearsay')
  prepare(program, io)
  program.description('Gossip for Node.js: who is alive, what happened, and why.')
  program.usage('<command> [flags]')
  program.helpCommand(false)
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
      '  hearsay <command> --help    flags and examples',
    ].join('\n'),
  )
  return program
}

function term(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

function commandOf(row: CommandRow, io: Io): Command {
  const command = new Command(row.name)
  prepare(command, io)
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

function prepare(command: Command, io: Io): void {
  command.exitOverride()
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
  const row = commandRows.find((one) => one.name === argv[0])
  const message = visible(error.message.replace(/^error: /, '').split('\n')[0] ?? '', 400)
  const example = row?.examples[0] ?? 'hearsay --help'
  const suggestion = suggestionFor(error.code, argv, row)
  const text = suggestion === undefined ? message : `${message}; did you mean ${suggestion}?`
  return new CommandError(exits.usage, text, `for example: ${example}`, error)
}

function suggestionFor(
  code: string,
  argv: readonly string[],
  row: CommandRow | undefined,
): string | undefined {
  if (code === 'commander.unknownCommand') {
    return nearest(
      argv[0] ?? '',
      commandRows.map((one) => one.name),
    )
  }
  if (code !== 'commander.unknownOption' || row === undefined) return undefined
  const known = [...row.flags, ...commonFlagsOf(row)].flatMap((flag) => longNames(flag.flags))
  const wrong = argv.find((word) => word.startsWith('-') && !known.includes(flagPart(word)))
  return wrong === undefined ? undefined : nearest(flagPart(wrong), known)
}

function longNames(flags: string): readonly string[] {
  return flags.split(/[ ,]+/).filter((part) => part.startsWith('--'))
}

function flagPart(word: string): string {
  return word.split('=')[0] ?? word
}
