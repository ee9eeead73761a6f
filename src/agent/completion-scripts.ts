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

function argumentChoices(row: CommandRow): readonly string[] {
  return row.name === 'completion' ? [...completionScripts.keys()] : []
}

function bash(rows: Rows): string {
  const cases = rows.map((row) => {
    const flags = wordsOf(row).map((word) => word.text)
    return `    ${row.name}) words="${[...flags, ...argumentChoices(row)].join(' ')}" ;;`
  })
  const values = choicesByFlag(rows).map(([flag, choices]) => {
    return `    ${flag}) COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$current")); return ;;`
  })
  return `# bash completion for hearsay; use it with: source <(hearsay completion bash)
_hearsay() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${rows.map((row) => row.name).join(' ')}" -- "$current"))
    return
  fi
  case "$before" in
${values.join('\n')}
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "\${COMP_WORDS[1]}" in
    ${TAKES_MEMBER.join('|')})
      if [ "\${current:0:1}" != "-" ]; then words="$(${MEMBER_NAMES})"; fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _hearsay hearsay
`
}

function zsh(rows: Rows): string {
  const commands = rows.map((row) => `    '${row.name}:${zshText(row.summary)}'`)
  const cases = rows.map((row) => {
    const specs = wordsOf(row).map((word) => {
      const value = word.choices.length > 0 ? `:value:(${word.choices.join(' ')})` : ':value:_files'
      return `'*${word.text}[${zshText(word.help)}]${word.takesValue ? value : ''}'`
    })
    const extra = TAKES_MEMBER.includes(row.name) ? [`'*:member:_hearsay_members'`] : []
    const choices = argumentChoices(row)
    if (choices.length > 0) extra.push(`'*:value:(${choices.join(' ')})'`)
    return `    ${row.name}) _arguments ${[...specs, ...extra].join(' ')} ;;`
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
  case "$command" in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = "_hearsay" ]; then _hearsay "$@"; else compdef _hearsay hearsay; fi
`
}

function fish(rows: Rows): string {
  const lines = rows.flatMap((row) => {
    const isRow = `-n '__fish_seen_subcommand_from ${row.name}'`
    const flags = wordsOf(row).map((word) => {
      const choices = word.choices.length > 0 ? ` -a '${word.choices.join(' ')}'` : ''
      const value = word.takesValue ? ` -r${choices}` : ''
      const name = word.text.replace(/^--/, '')
      return `complete -c hearsay ${isRow} -l ${name}${value} -d '${fishText(word.help)}'`
    })
    const choices = argumentChoices(row)
    const args =
      choices.length > 0 ? [`complete -c hearsay ${isRow} -a '${choices.join(' ')}'`] : []
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

function pwsh(rows: Rows): string {
  const tables = rows.map((row) => {
    const words = [...wordsOf(row).map((word) => word.text), ...argumentChoices(row)]
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
  $known = if ($isFirst) { $flags.Keys | Sort-Object } else { $flags[$words[1]] }
  if (-not $isFirst -and @('${TAKES_MEMBER.join("', '")}') -contains $words[1]) {
    $known = @($known) + @(hearsay members -o name 2>$null | Where-Object { $_ -match '^[\\w.-]+$' })
  }
  $known | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`
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
