// Whose keys a `kv` command means, by its flags.

import { type CommandContext, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'

export type KvPlace =
  | { readonly kind: 'own' }
  | { readonly kind: 'node'; readonly node: string }
  /** Every member that is there. */
  | { readonly kind: 'nodes' }

const EXAMPLE = 'for example: hearsay kv ls --nodes'

/** The place that the flags name. Throws exit 2 where they name none, or several. */
export function placeOf({ flags }: Pick<CommandContext, 'flags'>): KvPlace {
  const node = textFlag(flags, 'node')
  const places: readonly KvPlace[] = [
    ...(flags.own === true ? [{ kind: 'own' } as const] : []),
    ...(node === undefined ? [] : [{ kind: 'node', node } as const]),
    ...(flags.nodes === true ? [{ kind: 'nodes' } as const] : []),
  ]
  const [place, another] = places
  if (another !== undefined) {
    throw new CommandError(exits.usage, '--own, --node and --nodes exclude each other', EXAMPLE)
  }
  if (place !== undefined) return place
  throw new CommandError(exits.usage, 'say whose keys: --own, --node NAME or --nodes', EXAMPLE)
}

/** Throws exit 2 unless the agent's own keys are meant: nobody can write another's. */
export function checkOwn({ flags }: Pick<CommandContext, 'flags'>): void {
  if (flags.own === true) return
  throw new CommandError(exits.usage, "add --own: an agent writes its own keys, and nobody else's")
}
