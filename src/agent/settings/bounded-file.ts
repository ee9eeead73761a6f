// Reads small files that people name. What a file says of its own size is not believed: a
// device says 0 and goes on for ever.

import { closeSync, openSync, readSync } from 'node:fs'

/** The text of a file, or undefined if it is larger; throws the system's errors. */
export function readSmallFile(path: string, bytesMax: number): string | undefined {
  return readSmallBytes(path, bytesMax)?.toString('utf8')
}

/** The bytes of a file, or undefined if it is larger; throws the system's errors. */
export function readSmallBytes(path: string, bytesMax: number): Buffer | undefined {
  const file = openSync(path, 'r')
  try {
    return readBytes(file, bytesMax)
  } finally {
    closeSync(file)
  }
}

/** The text of an open file from where it is, or undefined if that is larger. */
export function readSmall(file: number, bytesMax: number): string | undefined {
  return readBytes(file, bytesMax)?.toString('utf8')
}

function readBytes(file: number, bytesMax: number): Buffer | undefined {
  const bytes = Buffer.alloc(bytesMax + 1)
  let length = 0
  while (length <= bytesMax) {
    const more = readSync(file, bytes, length, bytes.length - length, null)
    if (more === 0) return bytes.subarray(0, length)
    length += more
  }
  return undefined
}
