// Closed sets of words that flags take and answers hold. Alone in a file, so that help and
// completion need not load the shapes they are part of.

/** What a member can be, for people: `dead` inside is `failed` here. */
export const statuses = ['alive', 'suspect', 'failed', 'left'] as const

/** Kinds of the event stream's items. */
export const eventKinds = [
  'member-join',
  'member-update',
  'member-suspect',
  'member-failed',
  'member-leave',
  'member-forget',
  'user',
  'clock-skew',
  'state-silent',
  'evicted',
  'resync',
  'gap',
] as const

/** Those that are one value under one name; the others have keys. */
export const singleKinds: readonly string[] = ['counter', 'flag', 'max', 'min']

/** Kinds of shared values. */
export const sharedKinds = [
  'map',
  'counter',
  'set',
  'flag',
  'max',
  'min',
  'multi',
  'custom',
] as const
