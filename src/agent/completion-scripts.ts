// Completion scripts for four shells, written from the catalog's rows.

import type { CommandRow, FlagRow } from './command.ts'

/** Makers of scripts by the shell's name; they take all commands, common flags included. */
export const completionScripts: ReadonlyMap<string, (rows: Rows) => string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
  ['pwsh', pwsh],
])

type Rows = readonly CommandRow[]

/** Commands whose argument is a member. */
const TAKES_MEMBER = ['why', 'remove', 'leave']

/** compgen expands its words, so only names that are plainly names may reach it. */
const MEMBER_NAMES = "hearsay members -o name 2>/dev/null | grep -E '^[A-Za-z0-9._-]+$'"

interface Word {
  readonly text: string
  readonly help: string
  readonly takesValue: boolean
  readonly choices: readonly string[]
}

function wordsOf(row: CommandRow): readonly Word[] {
  return row.flags.filter((flag) => flag.hidden !== true).map(wordOf)
}

function wordOf(flag: FlagRow): Word {
  const text = /--[a-z-]+/.exec(flag.flags)?.[0] ?? ''
  const takesValue = flag.flags.includes('<')
  return { text, help: flag.help, takesValue, choices: flag.choices ?? [] }
}

/** Words that may follow the command: its argument's choices, or the commands under it. */
function argumentChoices(row: CommandRow, rows: Rows): readonly string[] {
  if (row.name === 'completion') return [...completionScripts.keys()]
  return rows
    .filter((one) => one.name.startsWith(`${row.name} `))
    .map((one) => one.name.slice(row.name.length + 1))
}

/** Commands that stand under no other. */
function firstWords(rows: Rows): Rows {
  return rows.filter((row) => !row.name.includes(' '))
}

/** Commands that stand under another: `sim compare`. */
function twoWords(rows: Rows): readonly string[] {
  return rows.map((row) => row.name).filter((name) => name.includes(' '))
}

function bash(rows: Rows): string {
  const cases = rows.map((row) => {
    const flags = wordsOf(row).map((word) => word.text)
    return `    '${row.name}') words="${[...flags, ...argumentChoices(row, rows)].join(' ')}" ;;`
  })
  const values = choicesByFlag(rows).map(([flag, choices]) => {
    return `    ${flag}) COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$current")); return ;;`
  })
  const names = firstWords(rows).map((row) => row.name)
  return `# bash completion for hearsay; use it with: source <(hearsay completion bash)
_hearsay() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  local command="\${COMP_WORDS[1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names.join(' ')}" -- "$current"))
    return
  fi
  if [ "$COMP_CWORD" -gt 2 ]; then
    case "$command \${COMP_WORDS[2]}" in
      ${quotedPattern(twoWords(rows))}) command="$command \${COMP_WORDS[2]}" ;;
    esac
  fi
  case "$before" in
${values.join('\n')}
  esac
  case "$command" in
${cases.join('\n')}
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

function zsh(rows: Rows): string {
  const commands = firstWords(rows).map((row) => `    '${row.name}:${zshText(row.summary)}'`)
  const cases = rows.map((row) => {
    const specs = wordsOf(row).map((word) => {
      const value = word.choices.length > 0 ? `:value:(${word.choices.join(' ')})` : ':value:_files'
      return `'*${word.text}[${zshText(word.help)}]${word.takesValue ? value : ''}'`
    })
    const extra = TAKES_MEMBER.includes(row.name) ? [`'*:member:_hearsay_members'`] : []
    const choices = argumentChoices(row, rows)
    if (choices.length > 0) extra.push(`'*:value:(${choices.join(' ')})'`)
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
  )
  if (( CURRENT == 2 )); then
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
  esac
}
if [ "$funcstack[1]" = "_hearsay" ]; then _hearsay "$@"; else compdef _hearsay hearsay; fi
`
}

function fish(rows: Rows): string {
  const lines = rows.flatMap((row) => {
    const isRow = `-n '${fishCondition(row, rows)}'`
    const flags = wordsOf(row).map((word) => {
      const choices = word.choices.length > 0 ? ` -a '${word.choices.join(' ')}'` : ''
      const value = word.takesValue ? ` -r${choices}` : ''
      const name = word.text.replace(/^--/, '')
      return `complete -c hearsay ${isRow} -l ${name}${value} -d '${fishText(word.help)}'`
    })
    const choices = argumentChoices(row, rows)
    const args =
      choices.length > 0 ? [`complete -c hearsay ${isRow} -a '${choices.join(' ')}'`] : []
    if (row.name.includes(' ')) return [...flags, ...args]
    const summary = fishText(row.summary)
    const command = `complete -c hearsay -n __fish_use_subcommand -a ${row.name} -d '${summary}'`
    return [command, ...flags, ...args]
  })
  const members = TAKES_MEMBER.join(' ')
  return `# fish completion for hearsay; use it with: hearsay completion fish | source
complete -c hearsay -f
${lines.join('\n')}
complete -c hearsay -n '__fish_seen_subcommand_from ${members}' -a '(hearsay members -o name 2>/dev/null)'
`
}

/** When a command's flags are offered in fish: its words stand there, and none under it. */
function fishCondition(row: CommandRow, rows: Rows): string {
  const under = rows.filter((one) => one.name.startsWith(`${row.name} `))
  const seen = row.name.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`)
  const not = under.map((one) => one.name.slice(row.name.length + 1)).join(' ')
  return [...seen, ...(not === '' ? [] : [`not __fish_seen_subcommand_from ${not}`])].join('; and ')
}

function pwsh(rows: Rows): string {
  const tables = rows.map((row) => {
    const words = [...wordsOf(row).map((word) => word.text), ...argumentChoices(row, rows)]
    return `    '${row.name}' = @(${words.map((word) => `'${word}'`).join(', ')})`
  })
  return `# PowerShell completion for hearsay; use it with:
# hearsay completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName hearsay -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $flags = @{
${tables.join('\n')}
  }
  $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
  $isFirst = $words.Count -lt 2 -or ($words.Count -eq 2 -and $wordToComplete -ne '')
  $name = "$($words[1])"
  if ($words.Count -gt 2 -and $flags.ContainsKey("$name $($words[2])")) {
    $name = "$name $($words[2])"
  }
  $known = if ($isFirst) {
    $flags.Keys | Where-Object { $_ -notmatch ' ' } | Sort-Object
  } else { $flags[$name] }
  if (-not $isFirst -and @('${TAKES_MEMBER.join("', '")}') -contains $words[1]) {
    $known = @($known) + @(hearsay members -o name 2>$null | Where-Object { $_ -match '^[\\w.-]+$' })
  }
  $known | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`
}

/** A pattern of a shell's `case` that matches these words. */
function quotedPattern(names: readonly string[]): string {
  return names.length === 0 ? "''" : names.map((name) => `'${name}'`).join('|')
}

function choicesByFlag(rows: Rows): readonly (readonly [string, readonly string[]])[] {
  const words = rows.flatMap(wordsOf).filter((word) => word.choices.length > 0)
  return [...new Map(words.map((word) => [word.text, word.choices]))]
}

function zshText(text: string): string {
  return text
    .replaceAll("'", "'\\''")
    .replaceAll('[', '(')
    .replaceAll(']', ')')
    .replaceAll(':', '\\:')
}

function fishText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
}
