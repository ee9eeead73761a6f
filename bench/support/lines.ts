// What every benchmark shares: words of the command line, JSON lines on standard output,
// progress on standard error, and what the operating system says about this process.

import { readFileSync } from 'node:fs'
import { wholeOf, wordAfter } from './words.ts'

export type Fields = Readonly<Record<string, string | number>>

/** The value of `--name` on the command line, or the given one. */
export function word(name: string, otherwise: string): string {
  return wordAfter(process.argv, name) ?? otherwise
}

/** The number after `--name`; ends the process with status 2 if it is none. */
export function numberWord(name: string, otherwise: number): number {
  const text = word(name, String(otherwise))
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  console.error(`--${name} takes a number from 0 up, got '${text}'`)
  return process.exit(2)
}

/** The whole number after `--name`; ends the process with status 2 if it is none from `least` up. */
export function wholeWord(name: string, otherwise: number, least = 1): number {
  const text = word(name, String(otherwise))
  const value = wholeOf(text, least)
  if (value !== undefined) return value
  console.error(`--${name} takes a whole number from ${least} up, got '${text}'`)
  return process.exit(2)
}

/** The word after `--name`, or none; ends the process with status 2 if it is none of these. */
export function choiceWord(name: string, choices: readonly string[]): string | undefined {
  const text = wordAfter(process.argv, name)
  if (text === undefined || choices.includes(text)) return text
  console.error(`--${name} takes one of ${choices.join(', ')}, got '${text}'`)
  return process.exit(2)
}

/** Prints one measurement. */
export function emit(fields: Fields): void {
  console.log(JSON.stringify(fields))
}

/** Tells the person who waits. */
export function progress(text: string): void {
  console.error(text)
}

export function round(value: number, digits = 3): number {
  return Number(value.toFixed(digits))
}

/** The middle of some numbers; NaN if there are none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** User and system time of the whole process so far, in ms. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Resident memory in KiB, from `/proc` where there is one, for the same number as other programs. */
export function rssKib(): number {
  try {
    return Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * 4
  } catch {
    return Math.round(process.memoryUsage.rss() / 1024)
  }
}

/** Collects garbage if Node was started with `--expose-gc`. */
export function collectGarbage(): void {
  const { gc } = globalThis
  if (gc === undefined) return
  gc()
  gc()
}

/** Datagrams sent and receive buffers overrun on this whole machine; zeros elsewhere than Linux. */
export function machineUdp(): { readonly sent: number; readonly overrun: number } {
  try {
    const rows = readFileSync('/proc/net/snmp', 'utf8').split('\n')
    const [names, values] = rows
      .filter((row) => row.startsWith('Udp:'))
      .map((row) => row.split(' '))
    const read = (name: string): number => Number(values?.[names?.indexOf(name) ?? -1] ?? 0)
    return { sent: read('OutDatagrams'), overrun: read('RcvbufErrors') }
  } catch {
    return { sent: 0, overrun: 0 }
  }
}

/** Resolves after `ms` milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
