// `hearsay kv stats`: how much state the agent holds.

import type { RunCommand } from '../command.ts'
import { exits } from '../contract.ts'
import type { StateStatsJson } from '../http/state-shapes.ts'
import { sizeText } from '../terminal/keys-table.ts'
import type { Table } from '../terminal/table.ts'
import { listed, pasted, visible } from '../terminal/text.ts'
import { measuredText } from '../terminal/time.ts'

/** Prints the figures. */
export const kvStats: RunCommand = async ({ print, agent }) => {
  const stats = await agent().ask('stateStats')
  const { kind, waitingFor: names } = stats
  const text = () => {
    print.table(statsTable(stats))
    const [first] = names
    if (first === undefined) return
    const who = listed(names.map((name) => visible(name)))
    const next = `of those that do not return: hearsay remove ${pasted(first)}`
    print.talk(print.paintTalk('dim', `gone, and waited for: ${who}; ${next}`))
  }
  print.answer({ kind, body: stats, names, text })
  return exits.done
}

function statsTable({ own, shared, ...stats }: StateStatsJson): Table {
  const rows = [
    ['streams', String(stats.streams), 'own keys of members, and what each adds to shared maps'],
    ['keys', String(stats.keys), 'in all streams, deleted ones that are remembered included'],
    ['shared keys', String(stats.sharedKeys), 'keys of shared maps, the deleted ones included'],
    [
      'leases',
      String(stats.leases),
      `keys bound to the life of who set them; ${stats.leasesHidden} of them not read now`,
    ],
    ['bytes', sizeText(stats.bytes), 'of keys and values'],
    ['graves', String(stats.graves), 'deleted or ended keys that not all know of yet'],
    [
      'tombstones',
      String(stats.tombstones),
      `of ours in shared maps; clean-up waits for ${stats.sweepWaitsFor}`,
    ],
    ['gone', String(stats.gone), 'waited for before anything deleted is forgotten'],
    ['not taken over', String(stats.adoptionsStuck), 'streams of gone members, for want of room'],
    ['islands', String(stats.islands), 'ranges of versions with a gap below'],
    ['rumors', String(stats.rumors), `segments that are being told, ${sizeText(stats.rumorBytes)}`],
    ['oldest rumor', measuredText(stats.rumorAgeMs), 'has been told so long'],
    ['laggards', String(stats.laggards), `members not known to hold all that ${stats.name} wrote`],
    ['refused by', String(stats.unheardBy), `members, since the clock of ${stats.name} is ahead`],
    ['write to all', measuredText(stats.stabilityLagMs), 'until all were known to hold a write'],
    [
      'clock ahead',
      measuredText(stats.clockAheadMs),
      'of shared writes; from a minute on they wait',
    ],
    ['stamps ahead', measuredText(stats.stampsAheadMs), 'of our clock at most, lately'],
    [
      'own version',
      own === null ? '-' : String(own.version),
      `the last own key that ${stats.name} wrote`,
    ],
    ['own floor', own === null ? '-' : String(own.gcFloor), 'deletes up to here all know of'],
    ['shared version', shared === null ? '-' : String(shared.version), 'the same for shared maps'],
    ['shared floor', shared === null ? '-' : String(shared.gcFloor), 'the same for shared maps'],
  ]
  return { columns: ['WHAT', 'VALUE', 'MEANING'], rows }
}
