// The words of `hearsay up`: scenes with a table and a verdict for people, one object a step
// in JSON.

import { printWhy } from '../commands/why.ts'
import type { DetectionTimes } from '../detection.ts'
import type { AnswerOf } from '../http/routes.ts'
import type { CoverageJson, StreamItem, WhyJson } from '../http/shapes.ts'
import { coverageTable } from '../terminal/coverage-table.ts'
import { eventLine } from '../terminal/event-line.ts'
import { membersTable } from '../terminal/members-table.ts'
import type { Printer } from '../terminal/printer.ts'
import { alignedLines, type Table } from '../terminal/table.ts'
import { plural } from '../terminal/text.ts'
import { ageText, measuredText } from '../terminal/time.ts'
import type { Noticing, Step } from './scenes.ts'

export class Narrator {
  readonly #print: Printer
  #count = 0
  #sceneNumber = 0

  constructor(print: Printer) {
    this.#print = print
  }

  open(count: number): void {
    this.#count = count
    const each = count === 1 ? 'a process with sockets of its own' : 'each a process of its own'
    this.#line(`${plural(count, 'real member')} on this machine, ${each}`)
  }

  scene(_step: Step['step'], title: string): void {
    this.#sceneNumber += 1
    this.#line()
    this.#line(this.#print.paint('bold', `${this.#sceneNumber}  ${title}`))
  }

  memberTable(list: AnswerOf<'members'>): void {
    this.#table(membersTable(list.members, { at: list.at, isWide: false }))
  }

  coverage(report: CoverageJson): void {
    this.#table(coverageTable(report))
  }

  /** Says beforehand how long it may take. */
  foretell({ usualMs, worstMs }: DetectionTimes): void {
    const usual = ageText(usualMs)
    this.#line(
      `   by its options it should be noticed in about ${usual}, at most ${ageText(worstMs)}`,
    )
  }

  noticing(name: string, killedMs: number, { firstSuspect, firstFailed }: Noticing): void {
    const after = (atMs: number) => measuredText(Math.max(0, atMs - killedMs))
    if (firstSuspect !== undefined) {
      this.#line(
        `   ${firstSuspect.by} was the first to suspect it, after ${after(firstSuspect.atMs)}`,
      )
    }
    if (firstFailed !== undefined) {
      const { by, atMs } = firstFailed
      this.#line(`   ${by} was the first to declare ${name} failed, after ${after(atMs)}`)
    }
  }

  why(report: WhyJson): void {
    if (this.#print.isJson) return
    printWhy(report, this.#print, '   ')
  }

  /** The verdict of a step; returns it. */
  tell(step: Step): Step {
    const { print } = { print: this.#print }
    if (print.isJson) {
      const { measuredMs, ...rest } = step
      print.item('Step', {
        ...rest,
        measuredMs: measuredMs === undefined ? null : round(measuredMs),
      })
      return step
    }
    const mark = step.ok ? print.paint('green', '✓') : print.paint('red', '✗')
    this.#line(`   ${mark} ${this.#verdict(step)} (bound ${measuredText(step.boundMs)})`)
    return step
  }

  /** The last line: whether all held. */
  close(steps: readonly Step[]): void {
    const print = this.#print
    if (this.#count === 1)
      this.#line('   a rumor and a crash need somebody to notice: hearsay up 2')
    const held = steps.filter((step) => step.ok).length
    if (print.isJson) {
      print.item('Summary', { steps: steps.length, held, ok: held === steps.length })
      return
    }
    const text = `${held} of ${plural(steps.length, 'step')} held`
    const shade = held === steps.length ? 'green' : 'red'
    this.#line()
    this.#line(print.paint(shade, `${held === steps.length ? '✓' : '✗'} ${text}`))
  }

  /** What to type next. */
  stay(someName: string | undefined, firstAddress: string): void {
    const isAlone = this.#count === 1
    const lines = [
      '',
      `${isAlone ? 'It goes' : 'They go'} on running. In a second terminal:`,
      '  npx hearsay members',
      ...(someName === undefined ? [] : [`  npx hearsay why ${someName}`]),
      '  npx hearsay event hello "from me" --wait',
      '  npx hearsay doctor',
      `${agentLine(firstAddress).padEnd(36)} joins as member ${this.#count + 1}`,
      `Ctrl-C here ends ${isAlone ? 'it' : 'them all'}. What happens meanwhile:`,
    ]
    if (!this.#print.isJson) for (const line of lines) this.#print.talk(line)
  }

  /** Something that happens while we stay. */
  happening(item: StreamItem): void {
    const print = this.#print
    if (print.isJson) print.item(item.kind, item)
    else print.line(eventLine(item, print.paint))
  }

  #verdict({ step, measuredMs }: Step): string {
    const time = measuredMs === undefined ? undefined : measuredText(measuredMs)
    switch (step) {
      case 'join':
        if (this.#count === 1) return time === undefined ? 'it is not up' : `up after ${time}`
        return time === undefined ? 'not all know each other' : `all know each other after ${time}`
      case 'rumor':
        return time === undefined ? 'not everybody has heard' : `everybody has heard after ${time}`
      case 'failure':
        return time === undefined ? 'not all noticed' : `all the others know after ${time}`
      case 'why':
        return time === undefined
          ? 'the verdict lacks evidence'
          : `evidence and verdict, told in ${time}`
      case 'return':
        return time === undefined ? 'it did not come back' : `alive again to all after ${time}`
    }
  }

  #table(table: Table): void {
    if (this.#print.isJson) return
    for (const line of alignedLines(table, this.#print.paint)) this.#line(`   ${line}`)
  }

  #line(text = ''): void {
    if (!this.#print.isJson) this.#print.line(text)
  }
}

/** Without `--join`, an agent with `--dev` looks for others at the default ports only. */
function agentLine(firstAddress: string): string {
  const isDefault = firstAddress.endsWith(':7946')
  return `  npx hearsay agent --dev${isDefault ? '' : ` --join ${firstAddress}`}`
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
