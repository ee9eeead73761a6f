// Members as real processes: `node main.js agent …` with a line to us. When we are gone, by
// whatever way, the line breaks and the child ends.

import { type ChildProcess, spawn } from 'node:child_process'
import * as v from 'valibot'
import type { MemberProcess, ParentLink, ReadyMessage, SpawnMember } from '../command.ts'

const WORDS_BYTES_MAX = 4096

const readyShape = v.object({
  kind: v.literal('ready'),
  name: v.string(),
  address: v.string(),
  url: v.string(),
  token: v.string(),
})

/** Starts members by running `script` with this very Node. */
export function spawnWith(script: string): SpawnMember {
  return (words) => {
    const child = spawn(process.execPath, [script, ...words], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: withoutSettings(process.env),
      windowsHide: true,
    })
    return watch(child)
  }
}

/** Settings meant for one agent must not reach all of them. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !key.startsWith('HEARSAY_')))
}

function watch(child: ChildProcess): MemberProcess {
  let words = ''
  child.stderr?.setEncoding('utf8')
  child.stderr?.on('data', (text: string) => {
    words = (words + text).slice(-WORDS_BYTES_MAX)
  })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (error) => {
      words += error.message
      resolve()
    })
  })
  const ready = new Promise<ReadyMessage | undefined>((resolve) => {
    child.on('message', (message) => {
      const result = v.safeParse(readyShape, message)
      if (result.success) resolve(result.output)
    })
    // Its last words may arrive after the news of its end.
    child.once('close', () => resolve(undefined))
    child.once('error', () => resolve(undefined))
  })
  return {
    pid: child.pid ?? 0,
    ready,
    exited,
    lastWords: () => words,
    stop: () => {
      if (child.connected) child.disconnect()
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

/** Our line to the process that started us, if it did so with `--child`. */
export function parentLink(): ParentLink | undefined {
  if (process.send === undefined) return undefined
  return {
    send: (message) => void process.send?.(message),
    onStop: (listener) => void process.once('disconnect', listener),
  }
}
