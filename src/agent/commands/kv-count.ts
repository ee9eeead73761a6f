// `hearsay kv incr COUNTER [BY]` and `hearsay kv count COUNTER`: shared counters.

import type { RunCommand } from '../command.ts'
import { CommandError, type Exit, exits } from '../contract.ts'
import { acksQuery, answerMs, exitOfAcks, syncQuery } from '../kv/acks.ts'
import { visible } from '../terminal/text.ts'

/** Adds to a counter, and prints what it is then. */
export const kvIncr: RunCommand = async (context): Promise<Exit> => {
  const { print, arguments: args } = context
  const [param = ''] = args
  const by = amountOf(args[1])
  const question = { param, query: acksQuery(context), body: { by } }
  const done = await context.agent().ask('count', { ...question, timeoutMs: answerMs(context) })
  const text = () => print.line(String(done.value))
  print.answer({ kind: done.kind, body: done, names: [param], text })
  return exitOfAcks(done)
}

/** Prints what a counter is; 0 if nobody has counted. */
export const kvCount: RunCommand = async (context) => {
  const { print, arguments: args } = context
  const [param = ''] = args
  const question = { param, query: syncQuery(context), timeoutMs: answerMs(context) }
  const counter = await context.agent().ask('counter', question)
  const text = () => print.line(String(counter.value))
  print.answer({ kind: counter.kind, body: counter, names: [param], text })
  return exits.done
}

function amountOf(text = '1'): number {
  if (/^[+-]?\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  const message = `a whole number expected, got ${visible(text)}`
  throw new CommandError(exits.usage, message, 'for example: hearsay kv incr visits 3')
}
