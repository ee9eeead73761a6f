// Runs the system's own programs (ip, nft, mount …) and says in one sentence what went wrong.

import { spawn } from 'node:child_process'

/** Resolves with standard output; rejects with the first line of standard error. */
export function shell(command: string, words: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...words], { stdio: ['pipe', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes.toString()
    })
    child.stderr.on('data', (bytes: Buffer) => {
      err += bytes.toString()
    })
    child.on('error', (error) => reject(new Error(`${command}: ${error.message}`)))
    child.on('close', (status) => {
      if (status === 0) return resolve(out)
      const why = err.trim().split('\n')[0] ?? ''
      reject(new Error(`${command} ${words.join(' ')}: exit ${status}: ${why}`))
    })
    // A program that ends before it has read all must not end us.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
