// Loaded into an agent before it begins, by `node --import`: each SIGUSR2 moves the wall clock of
// that process alone, as a person or a time server moves that of a machine. Its steady clock, and
// with it every timer, stays as it is.

const HOUR_MS = 3_600_000
/** How far ahead it is after each jump; the last one takes it back by more than a day. */
const AHEAD_MS = [HOUR_MS, 25 * HOUR_MS, 0]

const trueNow = Date.now
let jumps = 0
let aheadMs = 0

Date.now = () => trueNow() + aheadMs
process.on('SIGUSR2', () => {
  aheadMs = AHEAD_MS[jumps % AHEAD_MS.length] ?? 0
  jumps += 1
})
