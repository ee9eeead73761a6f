// The floors of the house as a table: what each folder may import from us, from npm and from
// Node. The longest folder that holds a file decides. CONTRIBUTING.md shows it to people.

export interface Floor {
  readonly folder: string
  /** Folders and files of ours it may import, beside its own folder. */
  readonly may: readonly string[]
  /** The same, but only for types, which leave no trace in the compiled file. */
  readonly mayTypes?: readonly string[]
  readonly npm: readonly string[]
  /** May it import Node's own modules? */
  readonly node: boolean
}

const CORE_DOORS = ['src/core/index.ts', 'src/core/wire/index.ts']
const PART = {
  may: ['src/core/base'],
  mayTypes: ['src/core/wire', 'src/core/io.ts', 'src/core/config.ts'],
  npm: [],
  node: false,
}

export const floors: readonly Floor[] = [
  { folder: 'src/core/base', may: [], npm: [], node: false },
  { folder: 'src/core/wire', may: ['src/core/base'], npm: [], node: false },
  { folder: 'src/core/swim', ...PART },
  { folder: 'src/core/events', ...PART },
  { folder: 'src/core/state', ...PART },
  { folder: 'src/core/sharing', may: ['src/core'], npm: [], node: false },
  { folder: 'src/core', may: ['src/core'], npm: [], node: false },
  { folder: 'src/sim', may: CORE_DOORS, npm: [], node: false },
  { folder: 'src/host', may: CORE_DOORS, npm: [], node: false },
  {
    folder: 'src/testing',
    may: [...CORE_DOORS, 'src/host', 'src/sim/index.ts'],
    npm: [],
    node: false,
  },
  { folder: 'src/state', may: [...CORE_DOORS, 'src/host'], npm: [], node: false },
  { folder: 'src/node', may: [...CORE_DOORS, 'src/host'], npm: ['ipaddr.js'], node: true },
  {
    folder: 'src/agent',
    may: [...CORE_DOORS, 'src/host', 'src/node', 'src/index.ts', 'src/sim/index.ts', 'src/testing'],
    npm: ['commander', 'hono', '@hono/node-server', 'pino', 'prom-client', 'valibot'],
    node: true,
  },
  { folder: 'src', may: [...CORE_DOORS, 'src/host', 'src/node'], npm: [], node: false },
  {
    folder: 'bench',
    // Benchmarks are compiled, and use the built package by its own name, as its users do.
    may: [],
    npm: ['hearsay'],
    node: true,
  },
  // Drives built agents from outside, as their users do.
  { folder: 'campaign', may: [], npm: [], node: true },
  {
    folder: 'test',
    may: ['src', 'bench', 'campaign', 'scripts'],
    npm: [
      'vitest',
      'fast-check',
      '@msgpack/msgpack',
      'ipaddr.js',
      'commander',
      'hono',
      '@hono/node-server',
      'pino',
      'prom-client',
      'valibot',
    ],
    node: true,
  },
]

/** The floor of a file, by its path from the root of the repository. */
export function floorOf(path: string): Floor | undefined {
  const holding = floors.filter((floor) => path.startsWith(`${floor.folder}/`))
  return holding.sort((a, b) => b.folder.length - a.folder.length)[0]
}

/** True if `path` is one of `places` or lies in one of them. */
export function liesIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || path.startsWith(`${place}/`))
}
