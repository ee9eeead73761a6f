// The table of defects is up to date: what `npm run mutants` changes stands in the core, once,
// and every invariant that storms can break has a defect aimed at it.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { stateMutants } from '../../bench/mutants/state-table.ts'
import { mutants } from '../../bench/mutants/table.ts'
import { allCheckers, FLAWS } from '../../src/sim/index.ts'

const core = new URL('../../src/core/', import.meta.url)

const all = [...mutants, ...stateMutants]

for (const { name, patches } of all) {
  test(`what ${name} changes stands in the core once`, () => {
    for (const { file, find, replace } of patches) {
      const text = readFileSync(new URL(file, core), 'utf8')
      expect(text.split(find)).toHaveLength(2)
      expect(replace).not.toBe(find)
    }
  })
}

test('every invariant of membership has a mutant aimed at it', () => {
  const aims = new Set(mutants.map(({ aim }) => aim))
  const safety = allCheckers().flatMap(({ id }) => (id.startsWith('S') ? [id] : []))
  const compared = ['S18', 'S21']
  const liveness = ['L1', 'L2', 'L3', 'L4', 'L5', 'L6', 'L7']
  const wanted = [...safety, ...compared, ...liveness]
  expect(wanted.filter((id) => !aims.has(id))).toEqual([])
})

test('every mutant of state is aimed at what those can find who hunt it', () => {
  const byStorms = [...allCheckers().map(({ id }) => id), 'I1', 'I9', 'I10']
  for (const { aim, by } of stateMutants) {
    expect(by === 'storms of state' ? byStorms : FLAWS).toContain(aim)
  }
})

test('what only storms check of state has a mutant aimed at it', () => {
  const aims = new Set(stateMutants.map(({ aim }) => aim))
  for (const id of ['I4', 'I7', 'I11']) expect(aims).toContain(id)
})

test('no two mutants go by one name', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
})
