// Every safety checker, one instance each: what a story or a storm runs. S18 and S21 compare
// two runs and have no checker; S14 to S17 and S20 belong to parts not built yet.

import { BaseIsHonest } from './base-is-honest.ts'
import { BaseIsMonotone } from './base-is-monotone.ts'
import type { Checker, CheckerId } from './checker.ts'
import { CountsAddUp } from './counts-add-up.ts'
import { DisksKeepWord } from './disks-keep-word.ts'
import { EverythingIsBounded } from './everything-is-bounded.ts'
import { HonestConfirmations } from './honest-confirmations.ts'
import { IncarnationIsMonotone } from './incarnation-is-monotone.ts'
import { Isolation } from './isolation.ts'
import { KeysMoveUp } from './keys-move-up.ts'
import { LeftStaysLeft } from './left-stays-left.ts'
import { LivesAreNew } from './lives-are-new.ts'
import { MajoritiesMeet } from './majorities-meet.ts'
import { MetaPerIncarnation } from './meta-per-incarnation.ts'
import { NameOwnership } from './name-ownership.ts'
import { NoResurrection } from './no-resurrection.ts'
import { NoStrayTraffic } from './no-stray-traffic.ts'
import { NothingIsLost } from './nothing-is-lost.ts'
import { OneDeathPerLife } from './one-death-per-life.ts'
import { PacketSize } from './packet-size.ts'
import { ReadsAreJoins } from './reads-are-joins.ts'
import { RefutationWins } from './refutation-wins.ts'
import { SelfIsAlive } from './self-is-alive.ts'
import { SuspectBeforeDead } from './suspect-before-dead.ts'
import { TransmitLimit } from './transmit-limit.ts'

/** Fresh checkers; `exempt` leaves some out, for stories in which a forger breaks them. */
export function allCheckers(exempt: readonly CheckerId[] = []): readonly Checker[] {
  const checkers: readonly Checker[] = [
    new IncarnationIsMonotone(),
    new NoResurrection(),
    new NameOwnership(),
    new SelfIsAlive(),
    new RefutationWins(),
    new LeftStaysLeft(),
    new OneDeathPerLife(),
    new SuspectBeforeDead(),
    new HonestConfirmations(),
    new MetaPerIncarnation(),
    new EverythingIsBounded(),
    new PacketSize(),
    new TransmitLimit(),
    new NoStrayTraffic(),
    new Isolation(),
    new BaseIsMonotone(),
    new BaseIsHonest(),
    new KeysMoveUp(),
    new LivesAreNew(),
    new ReadsAreJoins(),
    new NothingIsLost(),
    new DisksKeepWord(),
    new CountsAddUp(),
    new MajoritiesMeet(),
  ]
  return checkers.filter(({ id }) => !exempt.includes(id))
}
