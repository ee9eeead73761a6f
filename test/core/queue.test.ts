// The transmit-limited queue against memberlist's, operation by operation, and what ours
// adds: a cap, receivers that are left out, and echoes.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TransmitQueue, transmitLimit } from '../../src/core/queue.ts'
import { vectors } from '../golden/golden.ts'

interface Op {
  readonly do: 'named' | 'plain' | 'unique' | 'get' | 'prune' | 'nodes'
  readonly name?: string
  readonly msg?: string
  readonly overhead?: number
  readonly limit?: number
  readonly keep?: number
  readonly n?: number
}

interface Trace {
  readonly name: string
  readonly what: string
  readonly in: { readonly numNodes: number; readonly retransmitMult: number }
  readonly steps: readonly {
    readonly op: Op
    readonly finished: readonly string[]
    readonly queued: number
    readonly out?: readonly string[]
  }[]
}

const text = (value: string) => new TextEncoder().encode(value)
const words = (bytes: readonly Uint8Array[]) => bytes.map((one) => new TextDecoder().decode(one))

describe('as memberlist', () => {
  it.each(vectors<Trace>('queue'))('$name: $what', (trace) => {
    const queue = new TransmitQueue(4096)
    let n = trace.in.numNodes
    let done: string[] = []
    const add = (message: string, name?: string) => {
      const finished = () => done.push(message)
      queue.add(text(message), name === undefined ? { finished } : { name, finished })
    }
    for (const { op, finished, queued, out } of trace.steps) {
      done = []
      // Go keeps its kinds of broadcasts apart; here a prefix does.
      if (op.do === 'named' || op.do === 'plain') add(op.msg ?? '', `${op.do}:${op.name}`)
      if (op.do === 'unique') add(op.msg ?? '')
      if (op.do === 'nodes') n = op.n ?? 0
      if (op.do === 'prune') queue.prune(op.keep ?? 0)
      if (op.do === 'get') {
        const limit = transmitLimit(trace.in.retransmitMult, n)
        expect(words(queue.fetch(op.overhead ?? 0, op.limit ?? 0, limit))).toEqual(out)
      }
      expect({ queued: queue.size, finished: done }).toEqual({ queued, finished })
    }
  })
})

describe('the queue', () => {
  it('never holds more than its cap, and lets the most told go first', () => {
    const queue = new TransmitQueue(2)
    queue.add(text('told'))
    queue.fetch(0, 100, 9)
    queue.add(text('new1'))
    queue.add(text('new2'))
    expect(words([...queue].map((rumor) => rumor.message))).toEqual(['new2', 'new1'])
  })

  it('leaves out what a receiver must not get, and keeps it for others', () => {
    const queue = new TransmitQueue(10)
    queue.add(text('for us'), { exclusive: true })
    queue.add(text('for all'))
    expect(words(queue.fetch(0, 100, 9, (rumor) => !rumor.exclusive))).toEqual(['for all'])
    expect(words(queue.fetch(0, 100, 9))).toEqual(['for us', 'for all'])
  })

  it('knows its size, bytes and exclusive share at all times', () => {
    const step = fc.oneof(
      fc.record({
        add: fc.string({ maxLength: 20 }),
        name: fc.constantFrom('', 'a', 'b'),
        own: fc.boolean(),
      }),
      fc.record({ fetch: fc.integer({ min: 0, max: 60 }), limit: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ prune: fc.integer({ min: 0, max: 5 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = new TransmitQueue(8)
        for (const one of steps) {
          if ('add' in one) queue.add(text(one.add), { name: one.name, exclusive: one.own })
          else if ('fetch' in one) queue.fetch(2, one.fetch, one.limit)
          else queue.prune(one.prune)
          const rumors = [...queue]
          expect(queue.size).toBe(rumors.length)
          expect(queue.size).toBeLessThanOrEqual(8)
          expect(queue.bytes).toBe(rumors.reduce((sum, rumor) => sum + rumor.message.length, 0))
          expect(queue.exclusive).toBe(rumors.filter((rumor) => rumor.exclusive).length)
        }
      }),
    )
  })
})
