// What a slot may hold: at the limit, one over, far over. Bytes come from strangers, so each limit
// is tried on bytes that are well formed otherwise.

import { describe, expect, test } from 'vitest'
import { ByteWriter } from '../../../../src/core/base/bytes.ts'
import { writeText } from '../../../../src/core/base/sized.ts'
import { writeVarint } from '../../../../src/core/base/varint.ts'
import { STAMP_MS_MAX } from '../../../../src/core/state/clock.ts'
import {
  ACTOR_NAME_BYTES_MAX,
  ACTORS_MAX,
  applyOp,
  SLOT_BYTES_MAX,
  VALUE_BYTES_MAX,
} from '../../../../src/core/state/lattices/index.ts'
import {
  SLOT_BYTES_MAX as WIRE_SLOT_BYTES_MAX,
  VALUE_BYTES_MAX as WIRE_VALUE_BYTES_MAX,
} from '../../../../src/core/wire/state-limits.ts'
import { latticeOf } from './world.ts'

/** A table in the order of its writers; `end` writes what stands behind each of them. */
function rows(count: number, end: (writer: ByteWriter, index: number) => void): Uint8Array {
  const writer = new ByteWriter()
  writeVarint(writer, count)
  for (let i = 0; i < count; i++) {
    writeText(writer, String(10_000 + i))
    writeVarint(writer, 1)
    end(writer, i)
  }
  return writer.take()
}

const counterOf = (count: number) => rows(count, (writer) => writer.raw(Uint8Array.of(1, 0)))
const multiOf = (count: number, values: number) =>
  rows(count, (writer, index) => {
    writeVarint(writer, 1)
    writer.raw(index < values ? Uint8Array.of(1, 1, index) : Uint8Array.of(0))
  })

function registerOf(fields: {
  readonly ms?: number
  readonly name?: string
  readonly valueBytes?: number
}): Uint8Array {
  const writer = new ByteWriter()
  writer.u8(1)
  writeVarint(writer, fields.ms ?? 1)
  writer.u16(0)
  writeText(writer, fields.name ?? 'a')
  writeVarint(writer, 1)
  writer.raw(new Uint8Array(fields.valueBytes ?? 1))
  return writer.take()
}

describe('a slot', () => {
  test('names 4 096 writers, not one more', () => {
    for (const kind of ['counter', 'element'] as const) {
      const { isSlot } = latticeOf(kind)
      const fits = [1, ACTORS_MAX, ACTORS_MAX + 1, 7000].map((count) => isSlot(counterOf(count)))
      expect(fits).toEqual([true, true, false, false])
    }
    const { isSlot } = latticeOf('multi')
    const fits = [ACTORS_MAX, ACTORS_MAX + 1].map((count) => isSlot(multiOf(count, 1)))
    expect(fits).toEqual([true, false])
  })

  test('holds a value of each writer it names, and so no more than 4 096', () => {
    const { isSlot } = latticeOf('multi')
    const fits = [0, 17, 200, ACTORS_MAX].map((values) => isSlot(multiOf(ACTORS_MAX, values)))
    expect(fits).toEqual([true, true, true, true])
    expect(isSlot(multiOf(ACTORS_MAX + 1, ACTORS_MAX + 1))).toBe(false)
  })

  test('holds 16 parts that nobody here can merge, not one more', () => {
    const { isSlot } = latticeOf('custom')
    const partsOf = (count: number) =>
      Uint8Array.of(count, ...Array.from({ length: count }, (_, i) => [1, i]).flat())
    expect([0, 16, 17, 100].map((count) => isSlot(partsOf(count)))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  test('takes 512 bytes more than the largest value, here and in messages, not a byte more', () => {
    expect([SLOT_BYTES_MAX, VALUE_BYTES_MAX]).toEqual([WIRE_SLOT_BYTES_MAX, WIRE_VALUE_BYTES_MAX])
    expect(SLOT_BYTES_MAX).toBe(66_048)
    const { isSlot } = latticeOf('register')
    const head = registerOf({ valueBytes: 0 }).length
    const fits = [SLOT_BYTES_MAX, SLOT_BYTES_MAX + 1, 1_000_000].map((size) =>
      isSlot(registerOf({ valueBytes: size - head })),
    )
    expect(fits).toEqual([true, false, false])
  })

  test('has a writer whose name could be a member', () => {
    const { isSlot } = latticeOf('register')
    const named = (length: number) => isSlot(registerOf({ name: 'n'.repeat(length) }))
    expect([1, ACTOR_NAME_BYTES_MAX, ACTOR_NAME_BYTES_MAX + 1].map(named)).toEqual([
      true,
      true,
      false,
    ])
    expect(named(0)).toBe(false)
  })

  test('has a time of 48 bits', () => {
    const { isSlot } = latticeOf('register')
    const at = (ms: number) => isSlot(registerOf({ ms }))
    expect([STAMP_MS_MAX, STAMP_MS_MAX + 1, Number.MAX_SAFE_INTEGER].map(at)).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('what is not in the one form', () => {
  test('is refused: rows out of order, twice, or empty; numbers with spare bytes; tails', () => {
    const { isSlot } = latticeOf('counter')
    const row = (name: string, up: number) => [1, name.charCodeAt(0), 1, up, 0]
    expect(isSlot(Uint8Array.of(2, ...row('a', 1), ...row('b', 1)))).toBe(true)
    expect(isSlot(Uint8Array.of(2, ...row('b', 1), ...row('a', 1)))).toBe(false)
    expect(isSlot(Uint8Array.of(2, ...row('a', 1), ...row('a', 1)))).toBe(false)
    expect(isSlot(Uint8Array.of(1, ...row('a', 0)))).toBe(false)
    expect(isSlot(Uint8Array.of(1, 1, 97, 0x81, 0, 1, 0))).toBe(false)
    expect(isSlot(Uint8Array.of(1, ...row('a', 1), 0))).toBe(false)
    expect(isSlot(new Uint8Array(0))).toBe(false)
  })

  test('is refused: numbers that are infinite, none, or zero with a sign', () => {
    const { isSlot } = latticeOf('max')
    const of = (value: number) => {
      const bytes = new Uint8Array(8)
      new DataView(bytes.buffer).setFloat64(0, value)
      return isSlot(bytes)
    }
    expect([0, -1.5, Number.MAX_VALUE].map(of)).toEqual([true, true, true])
    expect([-0, Number.NaN, Number.POSITIVE_INFINITY].map(of)).toEqual([false, false, false])
    expect(isSlot(new Uint8Array(7))).toBe(false)
  })
})

describe('our own write', () => {
  const context = {
    actor: { name: 'z', generation: 1 },
    dot: 1,
    stamp: { ms: 1, counter: 0 },
    wallMs: 0,
  }

  const nothing = { own: undefined, joined: undefined }

  test.each(['register', 'multi'] as const)(
    'of 64 KiB fits whoever writes it, and one byte more does not: %s',
    (kind) => {
      const generation = Number.MAX_SAFE_INTEGER
      const actor = { name: 'n'.repeat(ACTOR_NAME_BYTES_MAX), generation }
      const stamp = { ms: STAMP_MS_MAX, counter: 65_535 }
      const end = kind === 'register' ? { endsMs: generation } : {}
      const applied = (size: number) => {
        const op = { lattice: kind, kind: 'set', value: new Uint8Array(size), ...end } as const
        return applyOp(latticeOf(kind), op, {
          ...nothing,
          actor,
          stamp,
          dot: generation,
          wallMs: 0,
        })
      }
      expect(applied(65_536).kind).toBe('slot')
      const refusal = { kind: 'too-large', what: 'value', maxBytes: 65_536 }
      expect(applied(65_537)).toEqual({ ...refusal, sizeBytes: 65_537 })
      expect(applied(5_000_000)).toEqual({ ...refusal, sizeBytes: 5_000_000 })
    },
  )

  test('is refused where the names of others leave no room beside it', () => {
    const lattice = latticeOf('multi')
    const value = new Uint8Array(VALUE_BYTES_MAX)
    const op = { lattice: 'multi', kind: 'set', value } as const
    const own = undefined
    expect(applyOp(lattice, op, { ...context, own, joined: multiOf(20, 20) }).kind).toBe('slot')
    expect(applyOp(lattice, op, { ...context, own, joined: multiOf(90, 90) })).toEqual({
      kind: 'too-many',
    })
  })

  test('is refused where it would name too many writers, and reads go on', () => {
    const lattice = latticeOf('element')
    const joined = lattice.merge(counterOf(ACTORS_MAX), counterOf(ACTORS_MAX + 1))
    const op = { lattice: 'element', kind: 'remove' } as const
    expect(applyOp(lattice, op, { ...context, own: undefined, joined })).toEqual({
      kind: 'too-many',
    })
    expect(lattice.read(joined, 0)).toEqual({ kind: 'element' })
  })
})
