// Completion scripts for four shells, written from what completion-words.ts says may follow.
// Values nobody can guess (a duration, an address) are left empty rather than filled with files.

import { type CommandRow, groupOf } from './command.ts'
import {
  argumentWords,
  type FlagValue,
  type FlagWord,
  firstWords,
  flagWordsOf,
  type Rows,
  TAKES_MEMBER,
  twoWords,
  type ValuePlace,
  valuePlaces,
} from './completion-words.ts'

/** Makers of scripts by the shell's name; they take all commands, common flags included. */
export const completionScripts: ReadonlyMap<string, (rows: Rows) => string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
  ['pwsh', pwsh],
])

/** compgen expands its words, so only names that are plainly names may reach it. */
const MEMBER_NAMES = "hearsay members -o name 2>/dev/null | grep -E '^[A-Za-z0-9._-]+$'"

/** A pattern of a shell's `case` that matches these words. */
function quotedPattern(names: readonly string[]): string {
  return names.length === 0 ? "''" : names.map((name) => `'${name}'`).join('|')
}

// ---- bash -------------------------------------------------------------------------------

function bash(rows: Rows): string {
  const cases = rows.map((row) => {
    const flags = flagWordsOf(row).map((word) => word.long)
    return `    '${row.name}') words="${[...flags, ...argumentWords(row, rows)].join(' ')}" ;;`
  })
  const names = firstWords(rows).map((row) => row.name)
  return `# bash completion for hearsay; use it with: source <(hearsay completion bash)
_hearsay() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  local command="\${COMP_WORDS[1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${names.join(' ')} help"
    if [ "\${current:0:1}" = "-" ]; then words="--help --version"; fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  # --status=alive is three words to bash.
  if [ "$current" = "=" ]; then current=""
  elif [ "$before" = "=" ]; then before="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  if [ "$COMP_CWORD" -gt 2 ]; then
    case "$command \${COMP_WORDS[2]}" in
      ${quotedPattern(twoWords(rows))}) command="$command \${COMP_WORDS[2]}" ;;
    esac
  fi
  case "$command $before" in
${valuePlaces(rows).map(bashValue).join('\n')}
  esac
  case "$command" in
${cases.join('\n')}
    help) words="${names.join(' ')}" ;;
  esac
  case "$command" in
    ${TAKES_MEMBER.join('|')})
      if [ "\${current:0:1}" != "-" ]; then words="$(${MEMBER_NAMES})"; fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _hearsay hearsay
`
}

/** Nothing offered means files, by the default of \`complete\`, unless that is taken back. */
function bashValue({ value, places }: ValuePlace): string {
  const pattern = `    ${quotedPattern(places)})`
  if (value.kind === 'words') {
    return `${pattern} COMPREPLY=($(compgen -W "${value.words.join(' ')}" -- "$current")); return ;;`
  }
  return value.kind === 'file'
    ? `${pattern} return ;;`
    : `${pattern} compopt +o default 2>/dev/null; return ;;`
}

// ---- zsh --------------------------------------------------------------------------------

function zsh(rows: Rows): string {
  const commands = firstWords(rows).map((row) => `    '${row.name}:${zshText(row.summary)}'`)
  const cases = rows.map((row) => {
    const extra = TAKES_MEMBER.includes(row.name) ? [`'*:member:_hearsay_members'`] : []
    const choices = argumentWords(row, rows)
    if (choices.length > 0) extra.push(`'*:value:(${choices.join(' ')})'`)
    const specs = flagWordsOf(row).flatMap(zshSpecs)
    return `    '${row.name}') _arguments ${[...specs, ...extra].join(' ')} ;;`
  })
  return `#compdef hearsay
# zsh completion for hearsay; use it with: source <(hearsay completion zsh)
_hearsay_members() {
  compadd -- \${(f)"$(hearsay members -o name 2>/dev/null)"}
}
_hearsay() {
  local -a commands
  commands=(
${commands.join('\n')}
    'help:flags and examples of a command'
  )
  if (( CURRENT == 2 )); then
    if [[ "\${words[2]}" == -* ]]; then compadd -- --help --version; return; fi
    _describe 'command' commands
    return
  fi
  local command="\${words[2]}"
  shift words
  (( CURRENT-- ))
  if (( CURRENT > 2 )); then
    case "$command \${words[2]}" in
      ${quotedPattern(twoWords(rows))})
        command="$command \${words[2]}"
        shift words
        (( CURRENT-- ))
        ;;
    esac
  fi
  case "$command" in
${cases.join('\n')}
    help) _describe 'command' commands ;;
  esac
}
if [ "$funcstack[1]" = "_hearsay" ]; then _hearsay "$@"; else compdef _hearsay hearsay; fi
`
}

/** The \`=\` says that the value may follow in the same word, too. */
function zshSpecs({ long, short, help, value }: FlagWord): readonly string[] {
  const text = `[${zshText(help)}]${zshValue(value)}`
  const spec = `'*${long}${value.kind === 'none' ? '' : '='}${text}'`
  return short === undefined ? [spec] : [`'*${short}${text}'`, spec]
}

function zshValue(value: FlagValue): string {
  switch (value.kind) {
    case 'none':
      return ''
    case 'words':
      return `:value:(${value.words.join(' ')})`
    case 'file':
      return ':file:_files'
    case 'any':
      return ':value: '
  }
}

function zshText(text: string): string {
  return text
    .replaceAll("'", "'\\''")
    .replaceAll('[', '(')
    .replaceAll(']', ')')
    .replaceAll(':', '\\:')
}

// ---- fish -------------------------------------------------------------------------------

function fish(rows: Rows): string {
  const lines = rows.flatMap((row) => fishLines(row, rows))
  const members = TAKES_MEMBER.join(' ')
  return `# fish completion for hearsay; use it with: hearsay completion fish | source
complete -c hearsay -f
${lines.join('\n')}
complete -c hearsay -n '__fish_seen_subcommand_from ${members}' -a '(hearsay members -o name 2>/dev/null)'
complete -c hearsay -n __fish_use_subcommand -l help -d 'print help'
complete -c hearsay -n __fish_use_subcommand -l version -d 'print the version'
`
}

function fishLines(row: CommandRow, rows: Rows): readonly string[] {
  const isRow = `-n '${fishCondition(row, rows)}'`
  const flags = flagWordsOf(row).map(({ long, short, help, value }) => {
    const names = `${short === undefined ? '' : `-s ${short.slice(1)} `}-l ${long.slice(2)}`
    return `complete -c hearsay ${isRow} ${names}${fishValue(value)} -d '${fishText(help)}'`
  })
  const choices = argumentWords(row, rows)
  const args = choices.length > 0 ? [`complete -c hearsay ${isRow} -a '${choices.join(' ')}'`] : []
  if (groupOf(row.name) !== undefined) return [...flags, ...args]
  const summary = fishText(row.summary)
  const command = `complete -c hearsay -n __fish_use_subcommand -a ${row.name} -d '${summary}'`
  return [command, ...flags, ...args]
}

function fishValue(value: FlagValue): string {
  switch (value.kind) {
    case 'none':
      return ''
    case 'words':
      return ` -x -a '${value.words.join(' ')}'`
    case 'file':
      return ' -r -F'
    case 'any':
      return ' -x'
  }
}

/** When a command's flags are offered in fish: its words stand there, and none under it. */
function fishCondition(row: CommandRow, rows: Rows): string {
  const under = argumentWords({ ...row, argumentChoices: [] }, rows).join(' ')
  const seen = row.name.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`)
  const not = under === '' ? [] : [`not __fish_seen_subcommand_from ${under}`]
  return [...seen, ...not].join('; and ')
}

function fishText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
}

// ---- PowerShell -------------------------------------------------------------------------

function pwsh(rows: Rows): string {
  const tables = rows.map((row) => {
    const words = [...flagWordsOf(row).map((word) => word.long), ...argumentWords(row, rows)]
    return `    '${row.name}' = ${pwshList(words)}`
  })
  const values = valuePlaces(rows).flatMap(({ value, places }) => {
    const words = value.kind === 'words' ? value.words : []
    return words.length === 0 ? [] : places.map((place) => `    '${place}' = ${pwshList(words)}`)
  })
  return `# PowerShell completion for hearsay; use it with:
# hearsay completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName hearsay -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $flags = @{
${tables.join('\n')}
  }
  $values = @{
${values.join('\n')}
  }
  $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
  $isFirst = $words.Count -lt 2 -or ($words.Count -eq 2 -and $wordToComplete -ne '')
  $name = "$($words[1])"
  if ($words.Count -gt 2 -and $flags.ContainsKey("$name $($words[2])")) {
    $name = "$name $($words[2])"
  }
  $before = if ($wordToComplete -eq '') { "$($words[-1])" } else { "$($words[-2])" }
  $known = if ($isFirst) {
    $flags.Keys | Where-Object { $_ -notmatch ' ' } | Sort-Object
  } elseif ($values.ContainsKey("$name $before")) { $values["$name $before"] } else { $flags[$name] }
  if (-not $isFirst -and @('${TAKES_MEMBER.join("', '")}') -contains $words[1]) {
    $known = @($known) + @(hearsay members -o name 2>$null | Where-Object { $_ -match '^[\\w.-]+$' })
  }
  $known | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`
}

function pwshList(words: readonly string[]): string {
  return `@(${words.map((word) => `'${word}'`).join(', ')})`
}
