// `sim replay` as a row of the catalog.

import type { CommandRow } from '../command.ts'

/** `sim replay`. */
export const replayRow: CommandRow = {
  name: 'sim replay',
  args: '<file>',
  summary: 'feed a recording of a real member to a core again; exit 1 if it takes other turns',
  examples: [
    'hearsay agent --record life.ndjson',
    'hearsay sim replay life.ndjson',
    'hearsay sim replay life.ndjson --keyring-file keys -o json',
  ],
  flags: [
    { flags: '--keyring-file <file>', help: 'the keys the member had; no recording holds them' },
    { flags: '--turns', help: 'print every turn of a row, not only the figures' },
  ],
  takes: ['output'],
  load: async () => (await import('../commands/sim-replay.ts')).simReplay,
}
