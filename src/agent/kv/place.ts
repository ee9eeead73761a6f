// Whose keys a `kv` command means, by its flags: those of a shared map, which all members write,
// or the own keys of one member or of all.

import { type CommandContext, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { listed, pasted } from '../terminal/text.ts'

export type KvPlace =
  | { readonly kind: 'map'; readonly map: string }
  | { readonly kind: 'own' }
  | { readonly kind: 'node'; readonly node: string }
  /** Every member that is there. */
  | { readonly kind: 'nodes' }

/** The shared map that is meant where no other is named. */
export const MAP = 'kv'

/** The place that the flags name. Throws exit 2 where they name several. */
export function placeOf({ flags }: Pick<CommandContext, 'flags'>): KvPlace {
  const map = textFlag(flags, 'map')
  const node = textFlag(flags, 'node')
  const places: readonly KvPlace[] = [
    ...(map === undefined ? [] : [{ kind: 'map', map } as const]),
    ...(flags.own === true ? [{ kind: 'own' } as const] : []),
    ...(node === undefined ? [] : [{ kind: 'node', node } as const]),
    ...(flags.nodes === true ? [{ kind: 'nodes' } as const] : []),
  ]
  const [place, another] = places
  if (another === undefined) return place ?? { kind: 'map', map: MAP }
  const message = `${listed(places.map(({ kind }) => `--${kind}`))} exclude each other`
  throw new CommandError(exits.usage, message, 'keep the one that is meant')
}

/** Which command shows the keys of a place. */
export function lsHint(place: KvPlace): string {
  return `hearsay kv ls${flagOf(place)} shows what is there`
}

function flagOf(place: KvPlace): string {
  switch (place.kind) {
    case 'map':
      return place.map === MAP ? '' : ` --map ${flagWord(place.map)}`
    case 'node':
      return ` --node ${flagWord(place.node)}`
    case 'own':
      return ' --own'
    case 'nodes':
      return ' --nodes'
  }
}

/** After a flag a dash is no flag of its own, and needs no `--` before it. */
const flagWord = (name: string): string => pasted(name).replace(/^-- /, '')

/** The place of a key to write: nobody can write another member's. */
export function writtenPlaceOf(
  context: Pick<CommandContext, 'flags'>,
): Extract<KvPlace, { kind: 'map' | 'own' }> {
  const place = placeOf(context)
  if (place.kind === 'map' || place.kind === 'own') return place
  throw new CommandError(exits.usage, 'the own keys of another member are only read')
}
