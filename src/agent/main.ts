#!/usr/bin/env node
// The program: hands the process's streams, signals and clock to run.ts and ends with its
// exit code. Nothing here decides anything.

import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Parts } from './command.ts'
import type { Io, LogSink, Sink } from './contract.ts'
import { exits } from './contract.ts'
import { asyncSink } from './log-sink.ts'
import { readAtMost } from './terminal/input.ts'

const LOG_BYTES_MAX = 1_048_576
const LAST_WRITE_MS = 200

async function main(): Promise<void> {
  process.on('uncaughtException', fatal)
  process.on('unhandledRejection', fatal)
  // A reader that has gone, as in `hearsay members | head -1`, is no error.
  process.stdout.on('error', endQuietly)
  // A terminal that was closed takes no remarks; the goodbye goes on without them.
  process.stderr.on('error', () => undefined)
  const [{ run }, { spawnWith, parentLink }, { realClock }] = await Promise.all([
    import('./run.ts'),
    import('./story/children.ts'),
    import('../host/clock.ts'),
  ])
  const clock = realClock()
  const parts: Parts = {
    createNode: async (options, record) => {
      if (record === undefined) return await (await import('../index.ts')).createNode(options)
      return await (await import('../node/index.ts')).openRecordedNode(options, record)
    },
    spawnMember: spawnWith(fileURLToPath(import.meta.url)),
    parent: parentLink(),
    workerUrl: new URL('./sim/worker.js', import.meta.url),
  }
  const code = await run(process.argv.slice(2), processIo(clock), parts)
  // Who interrupts is not kept by a reader that stands still.
  await (code === exits.interrupted ? Promise.race([flushed(), wait(LAST_WRITE_MS)]) : flushed())
  process.exit(code)
}

function processIo(clock: { now: () => number; wallOffset: () => number }): Io {
  return {
    out: sinkOf(process.stdout),
    err: sinkOf(process.stderr),
    openLog: openStandardError,
    env: process.env,
    platform: process.platform,
    nowMs: () => clock.now() + clock.wallOffset(),
    readInput: (limits) => readAtMost(process.stdin, limits),
    ask: process.stdin.isTTY === true && process.stderr.isTTY === true ? ask : undefined,
    onSignal: (signal, listener) => {
      // Windows has no SIGHUP but the closing of the console, which ends us anyway.
      if (process.platform === 'win32' && signal === 'SIGHUP') return () => undefined
      process.on(signal, listener)
      return () => process.off(signal, listener)
    },
  }
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => void stream.write(text),
    writeBytes: (bytes) => void stream.write(bytes),
    caughtUp: async (signal) => {
      if (stream.writableNeedDrain) await once(stream, 'drain', { signal })
    },
    isTerminal: stream.isTTY === true,
    // A terminal can be resized, and one of no size is one that does not know its size.
    get columns() {
      return stream.columns || 80
    },
    get rows() {
      return stream.rows || 24
    },
  }
}

/** Written by another thread, so that a reader who stops reading does not stop gossip. */
async function openStandardError(): Promise<LogSink> {
  const { pino } = await import('pino')
  return asyncSink(pino.destination({ dest: 2, sync: false, maxLength: LOG_BYTES_MAX }))
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  const ending = new AbortController()
  const ends = AbortSignal.any([signal, ending.signal])
  // The prompt hears Ctrl-C before the process does; whoever listens there is to hear it too.
  reader.once('SIGINT', () => process.emit('SIGINT', 'SIGINT'))
  // Ctrl-D: there will be no answer.
  reader.once('close', () => ending.abort())
  try {
    return await reader.question(question, { signal: ends })
  } catch (error) {
    if (!ends.aborted) throw error
    return ''
  } finally {
    reader.close()
  }
}

async function flushed(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write('', () => resolve()))
  }
}

function endQuietly(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') process.exit(exits.done)
  // A full disk, say: the system's reason, and no mistake of ours.
  if (!('syscall' in error)) fatal(error)
  process.stderr.write(`error: cannot write the answer: ${error.message}\n`)
  process.exit(exits.failed)
}

function fatal(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`hearsay: a mistake of ours; please report it with these lines\n${text}\n`)
  process.exit(exits.uncaught)
}

main().catch(fatal)
