// Options in, a frozen configuration out: profiles, strict, and every problem named at once.

import { describe, expect, it } from 'vitest'
import { type CoreOptions, makeConfig, optionTable } from '../../src/core/config.ts'
import { ME } from './rig.ts'

const make = (options: Record<string, unknown> = {}) =>
  makeConfig({ name: 'me', advertise: ME, ...options } as CoreOptions)

function problemsOf(options: Record<string, unknown>): readonly string[] {
  try {
    make(options)
  } catch (error) {
    return (error as { problems: readonly string[] }).problems
  }
  return []
}

describe('a configuration', () => {
  it('has the values of its profile', () => {
    expect(make()).toMatchObject({ probeIntervalMs: 1000, suspicionMult: 4, gossipNodes: 3 })
    expect(make({ profile: 'wan' })).toMatchObject({
      probeIntervalMs: 5000,
      suspicionMult: 6,
      gossipNodes: 4,
    })
    expect(make({ profile: 'local' })).toMatchObject({
      tcpTimeoutMs: 1000,
      retransmitMult: 2,
      indirectChecks: 1,
    })
  })

  it('takes undefined for the default and zero for zero', () => {
    expect(make({ probeIntervalMs: undefined }).probeIntervalMs).toBe(1000)
    expect(make({ probeIntervalMs: 0 }).probeIntervalMs).toBe(0)
  })

  it('is frozen', () => {
    expect(Object.isFrozen(make())).toBe(true)
  })

  it('under strict has memberlist’s defaults, unless told otherwise', () => {
    expect(make({ strict: true })).toMatchObject({ deadReclaimMs: 0, healIntervalMs: 0 })
    expect(make({ strict: true, deadReclaimMs: 5 }).deadReclaimMs).toBe(5)
  })

  it.each(Object.entries(optionTable))('checks the range of %s', (name, row) => {
    if (row.kind === 'flag') {
      expect(problemsOf({ [name]: 'yes' })).toHaveLength(1)
      return
    }
    expect(problemsOf({ [name]: row.min })).toEqual([])
    expect(problemsOf({ [name]: row.max })).toEqual([])
    for (const wrong of [row.min - 1, row.max + 1, row.min + 0.5, Number.NaN, '7']) {
      expect(problemsOf({ [name]: wrong }), String(wrong)).toHaveLength(1)
    }
  })

  it('names every problem at once, with the value and what was expected', () => {
    const problems = problemsOf({
      name: 'no spaces, please',
      gossipNodes: Object.create(null),
      labl: 'x',
      label: 'x'.repeat(256),
      keyring: [new Uint8Array(5)],
      tags: new Map([['a', 'x'.repeat(600)]]),
    })
    expect(problems).toHaveLength(6)
    expect(problems.join('\n')).toMatch(/gossipNodes: .*1 to 64.*got an object/)
    expect(problems.join('\n')).toMatch(/labl: no such option/)
  })
})
