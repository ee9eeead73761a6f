// The file that `hearsay agent --record` writes: made new and for its owner alone, since all
// that the member hears is in it. Bounded: what comes first is what a replay needs.

import { createWriteStream, openSync, type WriteStream } from 'node:fs'
import { CommandError, exits, reasonOf } from '../contract.ts'
import { visible } from '../terminal/text.ts'

/** What a recording holds at most; nothing larger is read as one. */
export const RECORDING_BYTES_MAX = 256 * 1024 * 1024

export class RecordingFile {
  readonly #stream: WriteStream
  #bytesLeft = RECORDING_BYTES_MAX

  /** Throws exit 2 if the file is there already or cannot be made. */
  constructor(path: string) {
    this.#stream = createWriteStream(path, { fd: openNew(path) })
    // A full disk ends the recording, not the member.
    this.#stream.on('error', () => {
      this.#bytesLeft = 0
    })
  }

  /** May be called detached. Takes one line; beyond the bound it is left out. */
  readonly write = (line: string): void => {
    this.#bytesLeft -= Buffer.byteLength(line) + 1
    if (this.#bytesLeft >= 0) this.#stream.write(`${line}\n`)
    else this.#bytesLeft = -1
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#stream.once('close', resolve)
      this.#stream.end()
      if (this.#stream.closed) resolve()
    })
  }
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (error) {
    const what = `--record ${visible(path)} cannot be made: ${reasonOf(error)}`
    throw new CommandError(exits.usage, what, 'give the name of a new file', error)
  }
}
