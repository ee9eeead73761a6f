// `hearsay join ADDR…`: joins members, and says for each that was not reached what is wrong.

import type { CommandContext, RunCommand } from '../command.ts'
import { CommandError, type Exit, exits } from '../contract.ts'
import type { JoinedJson } from '../http/shapes.ts'
import { listed, visible } from '../terminal/text.ts'

/** Joins; exit 4 if only some were reached, 7 if those asked are another cluster. */
export const join: RunCommand = async (context) => {
  const { print, flags, arguments: addresses } = context
  if (flags.dryRun === true) {
    print.answer({
      kind: 'DryRun',
      body: { addresses },
      names: addresses,
      text: () => print.line(`would join ${listed(addresses.map((one) => visible(one)))}`),
    })
    return exits.done
  }
  const { timeoutMs } = context
  const result = await context.agent().ask('join', {
    body: { addresses: [...addresses], timeoutMs: Math.min(60_000, timeoutMs) },
    timeoutMs: timeoutMs + 2000,
  })
  return report(result, context)
}

function report(result: JoinedJson, { print }: CommandContext): Exit {
  print.answer({
    kind: result.kind,
    body: result,
    names: result.reached,
    text: () => {
      if (result.reached.length > 0) {
        print.line(`joined ${listed(result.reached.map((one) => visible(one)))}`)
      }
    },
  })
  const serious = result.failures.filter((one) => one.reason !== 'self')
  const lines = serious.map(failureLine)
  if (result.reached.length > 0) {
    for (const line of lines) print.talk(`${print.paintTalk('yellow', 'warning:')} ${line}`)
    return serious.length === 0 ? exits.done : exits.partly
  }
  const isMistyped = serious.some((one) => one.reason === 'syntax')
  const isRefused = serious.some((one) => REFUSALS.has(one.reason))
  if (lines.length === 0) throw new CommandError(exits.failed, 'that is only this member itself')
  const exit = isMistyped ? exits.usage : isRefused ? exits.refused : exits.failed
  throw new CommandError(exit, lines.join('\n       '), hintFor(result))
}

function failureLine({ seed, address, detail }: JoinedJson['failures'][number]): string {
  const where = address === '' ? seed : address
  const from = seed !== '' && address !== '' && !address.startsWith(seed) ? ` (${seed})` : ''
  const text = where === '' ? detail : `${where}${from}: ${detail}`
  return visible(text, 500)
}

const REFUSALS: ReadonlySet<string> = new Set(['silent', 'key', 'label'])

const HINTS = new Map([
  ['syntax', 'for example: hearsay join 10.0.0.4'],
  ['name', 'is the name spelt right, and does this host know it?'],
  [
    'silent',
    'compare --label and the key on both sides; the log over there says which of them differs',
  ],
  ['key', 'give both sides the same --keyring-file, or neither; hearsay info shows ours'],
  ['label', 'start this agent with the label of that cluster'],
  ['garbage', 'that port speaks something else: is it the gossip port, and not the HTTP one?'],
  ['refused', 'is the agent over there running, and is this its gossip port?'],
  ['unreachable', 'no route: check the address and the firewall, for TCP as well as UDP'],
  ['timeout', 'no answer: a firewall that drops packets, or a host that is down'],
  ['version', 'the versions have nothing in common; compare hearsay version on both sides'],
])

function hintFor({ failures }: JoinedJson): string {
  const known = failures.find((one) => HINTS.has(one.reason))
  return HINTS.get(known?.reason ?? '') ?? 'hearsay doctor looks for the cause'
}
