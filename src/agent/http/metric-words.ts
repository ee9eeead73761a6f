// What the metrics of replicated state mean, for the metrics page and the page about the API. Those
// that are not here say it by their names.

/** Sentences by name, without the `hearsay_` in front. */
export const metricWords: ReadonlyMap<string, string> = new Map([
  ['state_streams', 'Streams held: own keys of members, and what each life adds to shared maps.'],
  ['state_keys', 'Keys in all streams, deleted ones that are remembered included.'],
  ['state_shared_keys', 'Keys of shared maps, deleted ones that are remembered included.'],
  ['state_bytes', 'Bytes of keys and values held.'],
  ['state_graves', 'Deleted or ended keys that not all members are known to know of.'],
  ['state_islands', 'Ranges of versions held with a gap below; comparisons close it.'],
  ['state_writes_total', 'Writes of this member.'],
  ['state_rumors', 'Segments that are being told.'],
  ['state_rumor_bytes', 'Their bytes.'],
  ['state_rumor_age_ms', 'How long the oldest of them has been told.'],
  ['state_rumors_sent_total', 'Segments told, once for each member that was told.'],
  ['state_rumors_new_total', 'Segments heard that were news.'],
  ['state_rumors_repeated_total', 'Segments heard again: the price of telling many at once.'],
  ['state_rumors_rationed_total', 'Segments not told for want of ration; comparisons repair it.'],
  ['state_segments_taken_total', 'Segments taken, however they came.'],
  [
    'state_whole_streams_taken_total',
    'Streams that had to come whole; about one for each newcomer.',
  ],
  ['state_syncs_total', 'Comparisons begun.'],
  ['state_streams_differing_total', 'Streams that differed in comparisons.'],
  ['state_sync_bytes_sent_total', 'Bytes of comparisons sent.'],
  ['state_pulls_total', 'Pulls begun, over streams.'],
  ['state_pulls_failed_total', 'Pulls that broke off.'],
  ['state_chunk_bytes_sent_total', 'Bytes given to pulls of others.'],
  ['state_clock_ahead_ms', 'How far the clock of shared writes is ahead of our own.'],
  ['state_stalls_total', 'Times that a stream waited because it was stamped in the future.'],
  ['state_watch_dropped_total', 'Changes that slow readers of watches missed; they got a gap.'],
  ['state_unreadable_total', 'Values that the codec of their reader did not understand.'],
  ['rx_drop_state_full_total', 'Segments refused for want of room.'],
])
