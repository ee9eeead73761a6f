// The kinds of shared values that are one value under one name: counters, flags, the greatest and
// the least of what was offered; and sets of texts.

import { checkKey, checkNumber, checkText, checkWhole } from './arguments.ts'
import type {
  SetChange,
  SharedCounter,
  SharedExtreme,
  SharedFlag,
  SharedSet,
} from './shared-api.ts'
import { type SharedParts, SharedSpace, type View } from './shared-space.ts'

/** A value alone in its map has the empty key. */
const ALONE = ''

const always = <T>(value: T) => ({ kind: 'set', value }) as const

/** How a single value tells its changes: it is never gone. */
const single = { gone: () => undefined, keyOf: () => ALONE }

export function sharedCounter(parts: SharedParts, map: string): SharedCounter {
  const space = new SharedSpace(parts, 'counter', map)
  return {
    name: map,
    async add(by = 1, options = {}) {
      checkNumber('by', by, { fits: Number.isSafeInteger, expected: 'a whole number' })
      return await space.put(ALONE, { lattice: 'counter', kind: 'add', by }, options)
    },
    get value() {
      return space.find(ALONE)?.value.value ?? 0
    },
    watch: (options) => space.watch({ ...single, set: (_, { value }) => always(value) }, options),
  }
}

export function sharedFlag(parts: SharedParts, map: string): SharedFlag {
  const space = new SharedSpace(parts, 'flag', map)
  return {
    name: map,
    raise: async (options = {}) =>
      await space.put(ALONE, { lattice: 'flag', kind: 'raise' }, options),
    get isRaised() {
      return space.find(ALONE) !== undefined
    },
    watch: (options) => space.watch({ ...single, set: () => always(true as const) }, options),
  }
}

export function sharedExtreme(
  parts: SharedParts,
  lattice: 'max' | 'min',
  map: string,
): SharedExtreme {
  const space = new SharedSpace(parts, lattice, map)
  return {
    name: map,
    async offer(value, options = {}) {
      checkNumber('value', value, { fits: Number.isFinite, expected: 'a finite number' })
      return await space.put(ALONE, { lattice, kind: 'offer', value }, options)
    },
    get value() {
      return space.find(ALONE)?.value.value
    },
    watch: (options) => space.watch({ ...single, set: (_, { value }) => always(value) }, options),
  }
}

type ElementChange = Exclude<SetChange, { kind: 'gap' }>

export function sharedSet(parts: SharedParts, map: string): SharedSet {
  const space = new SharedSpace(parts, 'element', map)
  const change =
    (kind: 'add' | 'remove') =>
    async (element: string, options = {}) => {
      if (kind === 'add') checkKey(element, 'element')
      else checkWhole('element', element)
      return await space.put(element, { lattice: 'element', kind }, options)
    }
  const view: View<'element', ElementChange> = {
    set: (element) => ({ kind: 'add', element }),
    gone: (element) => ({ kind: 'remove', element }),
    keyOf: ({ element }) => element,
  }
  return {
    name: map,
    add: change('add'),
    remove: change('remove'),
    has(element) {
      checkText('element', element)
      return space.find(element) !== undefined
    },
    values: () => space.list('', (element) => element),
    watch: (options) => space.watch(view, options),
  }
}
