// The floor between core and platform, for `node/`, `browser/`, `testing/` and the main door.

export type * from './api.ts'
export { isObject, show, tagProblem } from './arguments.ts'
export { type Alarm, type Clock, realClock } from './clock.ts'
export { codecs } from './codecs.ts'
export type { Disk, OpenedDisk } from './disk.ts'
export { Driver, type DriverParts } from './driver.ts'
export { type NodeParts, startNode } from './hearsay.ts'
export type { BindContext } from './listeners.ts'
export { MemoryNetwork, type MemoryNetworkOptions } from './memory-transport.ts'
export { brokenLaw } from './merge-laws.ts'
export { unknownOption } from './option-names.ts'
export {
  parseRecorded,
  type Recorded,
  Recorder,
  type RecorderOptions,
  recordedLine,
} from './recorder.ts'
export {
  configOf,
  isRecordingHead,
  parseRecording,
  type RecordedStep,
  type Recording,
  type RecordingHead,
  type RecordingParts,
  recordable,
  recorded,
} from './recording.ts'
export type { Resolved, ResolveSeeds, UnresolvedSeed } from './seeds.ts'
export type { Transport, TransportInput, TransportListener } from './transport.ts'
export { clockText, evidenceText, spanText } from './why.ts'
