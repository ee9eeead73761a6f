// Makes the mutants: a copy of core and simulator for each, with its patches applied, all of
// them compiled in one run of the compiler without checking types. Below `build/mutants`, from
// scratch each time.

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mutant, Patch } from './mutant.ts'

/** The unmutated core, built the same way. */
export const SOUND: Mutant = {
  name: 'sound',
  defect: 'nothing',
  aim: '',
  patches: [],
  seed: 1,
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const place = join(root, 'build', 'mutants')

/** Compiles `wanted`; throws if a patch does not apply or the compiler fails. */
export function buildMutants(wanted: readonly Mutant[]): void {
  rmSync(place, { recursive: true, force: true })
  for (const mutant of wanted) writeSources(mutant)
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const projects = wanted.map(({ name }) => join(place, name, 'src', 'sim'))
  const compiled = spawnSync(process.execPath, [tsc, '-b', '--noCheck', ...projects])
  if (compiled.status !== 0) throw new Error(`mutants do not compile:\n${compiled.stdout}`)
}

/** The module that has `runStorm` of a mutant. */
export function moduleOf({ name }: Mutant): string {
  return join(place, name, 'dist', 'sim', 'index.js')
}

function writeSources(mutant: Mutant): void {
  const home = join(place, mutant.name)
  mkdirSync(home, { recursive: true })
  for (const path of ['tsconfig.base.json', 'package.json', 'src/core', 'src/sim']) {
    cpSync(join(root, path), join(home, path), { recursive: true })
  }
  for (const patch of mutant.patches) apply(patch, mutant.name, home)
}

function apply({ file, find, replace }: Patch, name: string, home: string): void {
  const path = join(home, 'src', 'core', file)
  const text = readFileSync(path, 'utf8')
  const times = text.split(find).length - 1
  if (times !== 1) {
    const cure = 'bring its row in bench/mutants up to date'
    throw new Error(`mutant ${name}: ${file} has this ${times} times, not once; ${cure}:\n${find}`)
  }
  writeFileSync(
    path,
    text.replace(find, () => replace),
  )
}
