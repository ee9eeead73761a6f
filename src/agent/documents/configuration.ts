// Writes docs/configuration.md from the option rows, so that the page cannot be wrong. A test
// compares; `npx vitest run test/agent/documents.test.ts -u` writes it anew.

import { defaultOf, optionTable } from '../../core/index.ts'
import { type OptionRow, optionRows } from '../settings/rows.ts'
import { expectation } from '../settings/values.ts'
import { durationText } from '../terminal/time.ts'

/** The whole page. */
export function configurationPage(): string {
  return [
    HEAD,
    section('Member', 'identity', simpleTable),
    section('Agent', 'agent', simpleTable),
    KEYS,
    section('Protocol', 'protocol', () => `${PROTOCOL}\n\n${protocolRows()}`),
  ].join('\n\n')
}

const HEAD = `# Configuration

<!-- Made from the option tables; do not edit. To make it anew:
     npx vitest run test/agent/documents.test.ts -u -->

Every option can be given in four places. The first that has it decides:

1. a flag: \`hearsay agent --probe-interval 2s\`
2. an environment variable: \`HEARSAY_PROBE_INTERVAL=2s\`
3. a JSON file named by \`--config FILE\` or \`HEARSAY_CONFIG\`: \`{ "probeInterval": "2s" }\`
4. the default, which for the protocol depends on the profile

\`hearsay agent --config FILE --check-config\` lists every mistake of a file and what it sets;
\`hearsay info\` shows a running agent's values and where each came from. SIGHUP makes an agent without a terminal read
its tags and log level again.

Durations are texts such as \`500ms\`, \`5s\`, \`2m\`, \`1h30m\`. In the library they are numbers of
milliseconds and their names end in \`Ms\`: \`createNode({ probeIntervalMs: 2000 })\`; the other protocol
options have the same name everywhere. Switches are \`--strict\` and \`--no-strict\`, \`true\` and
\`false\`. Lists repeat the flag, or separate by commas in a variable.

\`\`\`json
{
  "name": "api-1",
  "label": "shop",
  "join": ["10.0.0.4", "dns:gossip.shop.svc"],
  "keyringFile": "/etc/hearsay/keys",
  "tags": { "role": "api", "zone": "a" },
  "probeInterval": "2s"
}
\`\`\``

const KEYS = `## Keys

Keys are never part of the configuration file, and no command, log line or HTTP answer shows one.
In order of precedence:

- \`--key BASE64\`, which other users of the machine may see in the list of processes
- \`HEARSAY_KEY\`, several separated by commas
- \`keyringFile\`: one base64 key a line, or a JSON list as Serf keeps it; mode 0600, or the agent
  refuses to start

A key has 16, 24 or 32 bytes; the first encrypts, all decrypt. \`hearsay keygen\` prints one.

The HTTP API's token is made anew at each start and kept, mode 0600, in the user's state folder
(\`$XDG_STATE_HOME/hearsay\`, or \`%LOCALAPPDATA%\\hearsay\`), where commands of the same user find it.
\`httpTokenFile\` keeps one across starts; elsewhere set \`HEARSAY_TOKEN\`.`

const PROTOCOL = `These shape the protocol on the wire and in time. Defaults are memberlist's unless the row says
otherwise; members of one cluster may differ, but need not.`

function section(
  title: string,
  name: OptionRow['section'],
  body: (rows: readonly OptionRow[]) => string,
): string {
  return `## ${title}\n\n${body(optionRows.filter((row) => row.section === name))}`
}

function simpleTable(rows: readonly OptionRow[]): string {
  const lines = rows.map((row) => {
    const cells = [code(row.key), code(row.flag), code(row.env), escaped(row.initial)]
    return `| ${cells.join(' | ')} | ${escaped(row.help)}${takes(row)} |`
  })
  const head = [
    '| option | flag | variable | default | what it does |',
    '| --- | --- | --- | --- | --- |',
  ]
  return [...head, ...lines].join('\n')
}

function takes(row: OptionRow): string {
  const isPlain = row.type.kind === 'text' || row.type.kind === 'flag'
  return isPlain ? '' : ` Takes ${expectation(row)}.`
}

function protocolRows(): string {
  return optionRows
    .filter((row) => row.tunable !== undefined)
    .map(protocolRow)
    .join('\n\n')
}

function protocolRow(row: OptionRow): string {
  if (row.tunable === undefined) return ''
  const source = optionTable[row.tunable]
  const spelled = [code(row.flag), code(row.env)]
  if (row.key !== row.tunable) spelled.push(`in the library ${code(row.tunable)}`)
  return [
    `### ${row.key}`,
    '',
    `${source.help} ${source.trade}`,
    '',
    `Default ${defaults(row)}${range(row)}. ${spelled.join(', ')}.`,
  ].join('\n')
}

function defaults(row: OptionRow): string {
  if (row.tunable === undefined) return row.initial
  const source = optionTable[row.tunable]
  const show = (value: number | boolean) => {
    if (typeof value === 'boolean') return value ? 'on' : 'off'
    return source.kind === 'number' && source.unit === 'ms' ? durationText(value) : String(value)
  }
  const name = row.tunable
  const [lan, wan, local] = (['lan', 'wan', 'local'] as const).map((one) => defaultOf(name, one))
  if (lan === wan && lan === local) return `**${show(lan ?? 0)}**`
  return `**${show(lan ?? 0)}** (wan ${show(wan ?? 0)}, local ${show(local ?? 0)})`
}

function range({ type }: OptionRow): string {
  if (type.kind === 'duration')
    return `, from ${durationText(type.min)} to ${durationText(type.max)}`
  return type.kind === 'number' ? `, from ${type.min} to ${type.max}` : ''
}

function code(text: string): string {
  return `\`${text}\``
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}
