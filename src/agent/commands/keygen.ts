// `hearsay keygen`: a new encryption key from the system's generator. The key is all that
// goes to standard output, so that it can be sent to a file.

import { randomBytes } from 'node:crypto'
import { type RunCommand, textFlag } from '../command.ts'
import { exits } from '../contract.ts'

/** Prints a base64 key of 16, 24 or 32 bytes. */
export const keygen: RunCommand = async ({ print, flags }) => {
  const bytes = Number(textFlag(flags, 'bytes') ?? '32')
  const key = randomBytes(bytes).toString('base64')
  print.answer({ kind: 'Key', body: { key, bytes }, names: [key], text: () => print.line(key) })
  return exits.done
}
