// The commands that simulate, as rows of the catalog: `sim` and what stands under it.

import type { CommandRow } from '../command.ts'

/** `sim`, its subcommands after it. */
export const simRows: readonly CommandRow[] = []
