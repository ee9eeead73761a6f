// The book of leases: which keys are bound to which life, whatever they were bound to before.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Leases } from '../../../src/core/state/leases.ts'

const actor = fc.record({ name: fc.constantFrom('a', 'b'), generation: fc.nat(2) })
const binding = fc.record({
  slotKey: fc.constantFrom('x', 'y', 'z'),
  writer: fc.option(actor, { nil: undefined }),
})

test('a key is bound to the life that was named last, and to no other', () => {
  fc.assert(
    fc.property(fc.array(binding), (bindings) => {
      const leases = new Leases()
      const textBySlot = new Map<string, string>()
      for (const { slotKey, writer } of bindings) {
        leases.bind(slotKey, writer)
        if (writer === undefined) textBySlot.delete(slotKey)
        else textBySlot.set(slotKey, `${slotKey} ${writer.name} ${writer.generation}`)
      }
      const held = ['a', 'b'].flatMap((name) =>
        leases.livesOf(name).flatMap(({ slotKeys, generation }) => {
          expect(slotKeys.size).toBeGreaterThan(0)
          return [...slotKeys].map((slotKey) => `${slotKey} ${name} ${generation}`)
        }),
      )
      expect(held.sort()).toEqual([...textBySlot.values()].sort())
    }),
  )
})

test('a life is new once, and what hides it hides all its keys', () => {
  const leases = new Leases()
  const writer = { name: 'a', generation: 7 }
  const life = leases.bind('x', writer)
  expect(life).toBe(leases.find(writer))
  expect(leases.bind('y', writer)).toBeUndefined()
  if (life !== undefined) life.hidden = 'failed'
  expect([leases.hiddenOf('x'), leases.hiddenOf('y')]).toEqual(['failed', 'failed'])
  leases.bind('y', undefined)
  expect([leases.hiddenOf('x'), leases.hiddenOf('y')]).toEqual(['failed', undefined])
})
