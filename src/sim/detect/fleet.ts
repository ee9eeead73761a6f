// What a trial asks of the members it runs, whatever detector is in them.

import type { Agenda } from '../agenda.ts'
import type { Tally } from '../tally.ts'

/** Called when `observer` comes to hold `subject` as failed, or as back. */
export type OnVerdict = (observer: number, subject: number, verdict: 'failed' | 'back') => void

/** Members 0 … n − 1 on one virtual network. */
export interface Fleet {
  readonly agenda: Agenda
  readonly tally: Readonly<Tally>
  /** Starts all and lets them find each other; throws if they do not within two minutes. */
  form(): void
  /** Loses this share of what is sent from now on. */
  lose(share: number): void
  crash(member: number): void
  stall(member: number): void
  unstall(member: number): void
}
