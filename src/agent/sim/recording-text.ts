// Reads the recording that somebody names. What a file says of its own size is not believed: a
// device says 0 and goes on for ever. So the first line is looked at before any other is read,
// and no more is read than `hearsay agent --record` ever writes.

import { closeSync, openSync, readSync } from 'node:fs'
import { isRecordingHead } from '../../host/index.ts'
import { RECORDING_BYTES_MAX } from '../life/recording-file.ts'

/** The options of a node take far less. */
const HEAD_BYTES_MAX = 65_536
const PIECE_BYTES = 1_048_576
const LINE_END = 0x0a

/** The text of a recording; throws what is wrong with the file, or the system's errors. */
export function readRecording(path: string, bytesMax = RECORDING_BYTES_MAX): string {
  const file = openSync(path, 'r')
  try {
    const start = headIn(file)
    const rest = restOf(file, bytesMax - start.length)
    return Buffer.concat([start, ...rest]).toString('utf8')
  } finally {
    closeSync(file)
  }
}

/** What was read until the first line was whole and found to be a head. */
function headIn(file: number): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES_MAX)
  let length = 0
  let end = -1
  while (end < 0 && length < HEAD_BYTES_MAX) {
    const more = readSync(file, bytes, length, HEAD_BYTES_MAX - length, null)
    if (more === 0) break
    const found = bytes.subarray(length, length + more).indexOf(LINE_END)
    if (found >= 0) end = length + found
    length += more
  }
  const line = bytes.subarray(0, end < 0 ? length : end)
  // A file that is one whole head without a line end goes on to be told what it lacks.
  if (length < HEAD_BYTES_MAX || end >= 0) {
    if (isRecordingHead(line.toString('utf8'))) return bytes.subarray(0, length)
  }
  throw new Error('not a recording: its first line is no head of one')
}

function restOf(file: number, bytesMax: number): readonly Buffer[] {
  const pieces: Buffer[] = []
  let left = bytesMax
  for (;;) {
    if (left < 0) throw new Error('larger than any recording: --record ends at 256 MiB')
    const piece = Buffer.allocUnsafe(PIECE_BYTES)
    const length = readSync(file, piece, 0, PIECE_BYTES, null)
    if (length === 0) return pieces
    left -= length
    pieces.push(piece.subarray(0, length))
  }
}
