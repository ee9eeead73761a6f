// Writes docs/http-api.md from the route table and its schemas. A test compares; `npx vitest
// run test/agent/documents.test.ts -u` writes it anew.

import * as v from 'valibot'
import { metricWords } from '../http/metric-words.ts'
import type { Route } from '../http/route.ts'
import { routes } from '../http/routes.ts'
import { failure } from '../http/shapes.ts'

const anySchema = v.looseObject({ type: v.string() })

/** The whole page. */
export function httpApiPage(): string {
  const sections = Object.values(routes).map(routeSection)
  return [HEAD, overview(), ...sections].join('\n\n')
}

const HEAD = `# HTTP API

<!-- Made from src/agent/http/routes.ts; do not edit. To make it anew:
     npx vitest run test/agent/documents.test.ts -u -->

Every agent serves this API on \`127.0.0.1:7980\`, or the next free port; \`--http\` moves it, \`--http off\`
switches it off. The commands of \`hearsay\` use nothing else.

**Who may.** Routes of scope \`read\` are open to programs of this machine. \`write\` and \`admin\`, and
everything on an address beyond loopback, need the token: \`Authorization: Bearer TOKEN\`. It is made
anew at each start and lies beside the agent's entry, for its user alone (mode 0600): \`agents/PID.token\` in
\`$XDG_STATE_HOME/hearsay\`, by default \`~/.local/state/hearsay\`, or in \`%LOCALAPPDATA%\\hearsay\`. With
\`--http-token-file\` it is what that file says.

**What every request must keep to.** The \`Host\` header is exactly \`127.0.0.1\`, \`localhost\` or \`[::1]\` with
the port, or one of \`--http-name\`, else 421. An \`Origin\`, if sent, is our own, and \`Sec-Fetch-Site\` is
\`same-origin\` or \`none\`, else 403. What changes anything (POST, PUT, DELETE) has
\`Content-Type: application/json\`, else 415, and at most 64 KiB, else 413; PUT and DELETE, which no form can send,
may have no type, and a value may be of two others. A route that names no body takes none but \`{}\`, else 400. A method
that a route does not have is 405, with those it has in \`Allow\`. There are no CORS headers:
web pages of other origins can neither read nor change anything. At most 50 changes a second, then 429. At most 256 connections, 32 of them
streams.

**What every answer has.** JSON with \`apiVersion\` and \`kind\`; fields are only ever added. Times are
RFC 3339 with milliseconds, durations are numbers of milliseconds and end in \`Ms\`. Errors are
\`${shapeText(failure)}\`; the code is one of the library's (\`HEARSAY_…\`) or
\`bad-request\`, \`bad-json\`, \`token\`, \`cross-origin\`, \`cross-site\`, \`not-found\`, \`bad-method\`, \`body-too-large\`,
\`media-type\`, \`wrong-host\`, \`too-fast\`, \`internal\`.

**Names in paths** are percent-encoded, so that any UTF-8 goes: the key \`flags/new ui\` is \`flags%2Fnew%20ui\`.
Escapes that are no UTF-8 are 400, and \`.\` and \`..\` cannot stand in a path. A body is sent as it is: with a
\`Content-Encoding\` it is 415. Parameters that a route does not know are 400, as mistyped
ones and those given more than once.

\`\`\`sh
curl http://127.0.0.1:7980/v1/members
TOKEN=$(cat ~/.local/state/hearsay/agents/*.token) # where one agent runs
curl -X POST http://127.0.0.1:7980/v1/events \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"name":"deploy","payload":"v42"}'
curl -N http://127.0.0.1:7980/v1/events
curl -X PUT 'http://127.0.0.1:7980/v1/state/own/keys/role?ttlMs=60000' \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: text/plain' -d search
curl -T cert.der -H "Authorization: Bearer $TOKEN" http://127.0.0.1:7980/v1/state/own/keys/cert
curl -H 'Accept: text/plain' http://127.0.0.1:7980/v1/state/nodes/web-1/keys/role
\`\`\``

function metricsTable(): string {
  const rows = [...metricWords].map(([name, words]) => `| \`hearsay_${name}\` | ${words} |`)
  return ['| metric | says |', '| --- | --- |', ...rows].join('\n')
}

function overview(): string {
  const rows = Object.values(routes).map((route) => {
    return `| \`${route.method} ${route.path}\` | ${route.scope} | ${route.does} |`
  })
  return ['| route | scope | what it does |', '| --- | --- | --- |', ...rows].join('\n')
}

function routeSection(route: Route): string {
  const parts = [`## ${route.method} ${route.path}`, route.does]
  const query = queryList(route.query)
  if (query !== '') parts.push(`Query:\n\n${query}`)
  if (route.body === 'value') parts.push(VALUE_BODY)
  else if (route.body !== undefined && shapeText(route.body) !== '{}') {
    parts.push(`Body:\n\n${fenced(route.body)}`)
  }
  parts.push(answerText(route))
  if (route.errors.length > 0) {
    parts.push(`Errors of its own: ${route.errors.map((code) => `\`${code}\``).join(', ')}.`)
  }
  return parts.join('\n\n')
}

function answerText({ answer }: Route): string {
  switch (answer.kind) {
    case 'json':
      return `Answer:\n\n${fenced(answer.shape)}`
    case 'text':
      return `Answer: ${answer.about}. Those of replicated state:\n\n${metricsTable()}`
    case 'value':
      return `Answer:\n\n${fenced(answer.shape)}\n\n${VALUE_ANSWER}`
    case 'stream':
      return `${STREAM}\n\n${answer.about}\n\n${STREAM_LOG}`
  }
}

const VALUE_BODY = `Body: the value, kept byte for byte: anything as \`application/octet-stream\` or without a type, UTF-8 as \`text/plain\`,
or JSON as \`application/json\`, which is looked at but not changed. At most 64 KiB, JSON
at most 32 levels deep.`

const VALUE_ANSWER = `With \`Accept: application/octet-stream\` the bytes alone, as they were set; with \`Accept: text/plain\`
too, if they are UTF-8, else 406.`

const STREAM = `Answer: \`text/event-stream\`. Each event has an \`id\` to resume from, its kind as \`event\`, and one JSON
object as \`data\` with \`apiVersion\`, \`kind\`, \`at\`, \`seenBy\` and:`

const STREAM_LOG = `The agent keeps the last 1000 or 1 MiB of them. A comment line every 15 s shows that the line lives.`

function queryList(schema: unknown): string {
  return entriesOf(schema)
    .map(([key, entry]) => `- \`${key}\`: ${descriptionOf(entry)}`)
    .join('\n')
}

function fenced(schema: unknown): string {
  return `\`\`\`ts\n${shapeText(schema)}\n\`\`\``
}

/** A schema as TypeScript would write it. */
export function shapeText(schema: unknown, depth = 0): string {
  const part = partOf(schema)
  switch (part?.type) {
    case 'object':
    case 'strict_object':
    case 'loose_object':
      return objectText(schema, depth, part.type === 'loose_object')
    case 'array': {
      const item = shapeText(part.item, depth)
      const isUnion = ['union', 'picklist', 'nullable'].includes(partOf(part.item)?.type ?? '')
      return isUnion ? `(${item})[]` : `${item}[]`
    }
    case 'record':
      return `{ [key: string]: ${shapeText(part.value, depth)} }`
    case 'nullable':
      return `${shapeText(part.wrapped, depth)} | null`
    case 'optional':
      return shapeText(part.wrapped, depth)
    case 'picklist':
    case 'union':
      return listOf(part.options)
        .map((one) => (typeof one === 'string' ? `'${one}'` : shapeText(one, depth)))
        .join(' | ')
    case 'literal':
      return typeof part.literal === 'string' ? `'${part.literal}'` : String(part.literal)
    default:
      return descriptionOf(schema) === 'time'
        ? 'string /* time */'
        : String(part?.type ?? 'unknown')
  }
}

function objectText(schema: unknown, depth: number, isLoose: boolean): string {
  const entries = entriesOf(schema)
  if (entries.length === 0) return '{}'
  const indent = '  '.repeat(depth + 1)
  const lines = entries.map(([key, entry]) => {
    const optional = partOf(entry)?.type === 'optional' ? '?' : ''
    return `${indent}${key}${optional}: ${shapeText(entry, depth + 1)}`
  })
  if (isLoose) lines.push(`${indent}/* and more, by kind */`)
  const isShort =
    lines.length <= 3 && !lines.some((line) => line.includes('{') || line.includes('/*'))
  if (isShort) return `{ ${lines.map((line) => line.trim()).join('; ')} }`
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`
}

function entriesOf(schema: unknown): readonly (readonly [string, unknown])[] {
  const entries = partOf(schema)?.entries
  return typeof entries === 'object' && entries !== null ? Object.entries(entries) : []
}

function descriptionOf(schema: unknown): string {
  const wrapped = partOf(schema)?.type === 'optional' ? partOf(schema)?.wrapped : schema
  if (!v.is(anySchema, wrapped)) return ''
  return pipeOf(wrapped)
    .flatMap((one) => {
      const action = partOf(one)
      return action?.type === 'description' && typeof action.description === 'string'
        ? [action.description]
        : []
    })
    .join(' ')
}

function pipeOf(schema: Readonly<Record<string, unknown>>): readonly unknown[] {
  return listOf(schema.pipe)
}

interface Part {
  readonly type: string
  readonly item?: unknown
  readonly value?: unknown
  readonly wrapped?: unknown
  readonly options?: unknown
  readonly literal?: unknown
  readonly entries?: unknown
  readonly description?: unknown
}

/** The fields of a schema that matter here; undefined for what is none. */
function partOf(schema: unknown): Part | undefined {
  return v.is(anySchema, schema) ? schema : undefined
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
