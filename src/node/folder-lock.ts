// One process a folder: whoever has it listens on a socket in it (a named pipe on Windows),
// which the system takes away with the process, however that ends. So nothing has to be
// guessed from process numbers, which containers reuse, or from the age of a file. A socket
// nobody listens on any more is moved aside first, so that of two who find it one has it.

import { createHash, randomBytes } from 'node:crypto'
import { rename, unlink } from 'node:fs/promises'
import { createConnection, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FILE = 'hearsay.lock'
/** The shortest limit on a socket's path is that of macOS, 103 bytes; room for a suffix. */
const PATH_BYTES_MAX = 80
const TRIES = 5

/** Gives the folder back. */
export type Unlock = () => Promise<void>

/** Takes a folder, by its real path; undefined if another process has it. */
export async function lockFolder(folder: string): Promise<Unlock | undefined> {
  const elsewhere = join(tmpdir(), `hearsay-${hashOf(folder)}.lock`)
  if (process.platform === 'win32') {
    return await take(`\\\\.\\pipe\\hearsay-${hashOf(folder.toLowerCase())}`, 'pipe')
  }
  const path = join(folder, FILE)
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) return await take(elsewhere, 'file')
  try {
    return await take(path, 'file')
  } catch {
    // Some file systems of containers and network drives hold no sockets.
    return await take(elsewhere, 'file')
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}

async function take(path: string, kind: 'pipe' | 'file'): Promise<Unlock | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const server = await listen(path)
    if (server !== undefined) return () => new Promise((resolve) => server.close(() => resolve()))
    if (kind === 'pipe' || (await isHeld(path)) || !(await moveAside(path))) return undefined
  }
  return undefined
}

/** Undefined if the path is taken, by the living or the dead. */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    // The folder is held as long as the process lives, and keeps it from ending no more than that.
    server.unref()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen({ path, exclusive: true }, () => resolve(server))
  })
}

/** Whether somebody listens. Whatever is no clear no is a yes. */
function isHeld(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT')
    })
  })
}

/** False if what was moved turned out to be held: another was quicker. */
async function moveAside(path: string): Promise<boolean> {
  const aside = `${path}.${randomBytes(4).toString('hex')}`
  try {
    await rename(path, aside)
  } catch {
    // Another has moved it; the next try tells who holds it now.
    return true
  }
  if (await isHeld(aside)) {
    await rename(aside, path)
    return false
  }
  await unlink(aside)
  return true
}
