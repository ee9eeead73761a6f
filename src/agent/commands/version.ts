// `hearsay version`.

import type { RunCommand } from '../command.ts'
import { exits } from '../contract.ts'
import { packageVersion } from '../version.ts'

/** Prints the version, and what it runs on. */
export const version: RunCommand = async ({ print }) => {
  const body = { version: packageVersion(), node: process.version, platform: process.platform }
  print.answer({
    kind: 'Version',
    body,
    names: [body.version],
    text: () => print.line(`hearsay ${body.version} (Node ${body.node}, ${body.platform})`),
  })
  return exits.done
}
