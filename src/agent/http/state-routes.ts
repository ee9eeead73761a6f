// The routes of replicated state, as rows of the table in routes.ts.

import type { Route } from './route.ts'
import { noQuery } from './shapes.ts'
import * as shapes from './state-shapes.ts'

const CHANGES = `| kind | further fields |
| --- | --- |
| \`state-set\` | \`node\`, \`key\`, \`version\`, \`sizeBytes\`, \`text\`, \`valueBase64\`, \`expires\` |
| \`state-delete\`, \`state-expire\` | \`node\`, \`key\` |
| \`shared-set\` | \`map\`, \`key\`, \`sizeBytes\`, \`text\`, \`valueBase64\`, \`writer\`, \`written\`, \`slots\`, \`expires\`, \`lease\` |
| \`shared-delete\`, \`shared-expire\` | \`map\`, \`key\` |
| \`gap\` | \`missed\`: so many changes were lost to this reader; read the keys again |

Of several changes of a key that come at once the last is told. With \`initial=true\` the stream begins with
what there is, and does so again after a gap on resuming.`

const WRITES = [
  'HEARSAY_TOO_LARGE',
  'HEARSAY_NO_ROOM',
  'HEARSAY_NOT_SHARING',
  'HEARSAY_DISK_FAILED',
  'HEARSAY_CLOCK_AHEAD',
] as const

export const stateRoutes = {
  stateKeys: {
    method: 'GET',
    path: '/v1/state/keys',
    scope: 'read',
    does: 'The own keys of all members that are alive or suspect, by member, then key; without their values.',
    query: shapes.listQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.stateKeyList },
    errors: ['HEARSAY_TIMEOUT'],
  },
  nodeKeys: {
    method: 'GET',
    path: '/v1/state/nodes/:node/keys',
    scope: 'read',
    does: 'The own keys of one member, as it last left them, even if it is gone.',
    query: shapes.listQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.stateKeyList },
    errors: ['HEARSAY_NO_SUCH_MEMBER', 'HEARSAY_TIMEOUT'],
  },
  nodeKey: {
    method: 'GET',
    path: '/v1/state/nodes/:node/keys/:key',
    scope: 'read',
    does: 'One key of a member.',
    query: shapes.syncQuery,
    body: undefined,
    answer: { kind: 'value', shape: shapes.stateKey },
    errors: ['HEARSAY_NO_SUCH_MEMBER', 'no-such-key', 'not-acceptable', 'HEARSAY_TIMEOUT'],
  },
  ownKeys: {
    method: 'GET',
    path: '/v1/state/own/keys',
    scope: 'read',
    does: "The agent's own keys.",
    query: shapes.listQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.stateKeyList },
    errors: ['HEARSAY_TIMEOUT'],
  },
  ownKey: {
    method: 'GET',
    path: '/v1/state/own/keys/:key',
    scope: 'read',
    does: "One of the agent's own keys.",
    query: noQuery,
    body: undefined,
    answer: { kind: 'value', shape: shapes.stateKey },
    errors: ['no-such-key', 'not-acceptable'],
  },
  setOwnKey: {
    method: 'PUT',
    path: '/v1/state/own/keys/:key',
    scope: 'write',
    does: "Sets one of the agent's own keys; all members have it a moment later.",
    query: shapes.writeQuery,
    body: 'value',
    answer: { kind: 'json', shape: shapes.stateWritten },
    errors: WRITES,
  },
  deleteOwnKey: {
    method: 'DELETE',
    path: '/v1/state/own/keys/:key',
    scope: 'write',
    does: "Deletes one of the agent's own keys.",
    query: shapes.acksQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.stateDeleted },
    errors: ['no-such-key', ...WRITES, 'HEARSAY_TOO_MANY_DELETED'],
  },
  watchState: {
    method: 'GET',
    path: '/v1/state/watch',
    scope: 'read',
    does: 'Changes of own keys, or of a shared map, as they come, as server-sent events. `Last-Event-ID` resumes; `gap` says that changes were lost.',
    query: shapes.watchQuery,
    body: undefined,
    answer: { kind: 'stream', about: CHANGES },
    errors: ['too-many-streams'],
  },
  stateStats: {
    method: 'GET',
    path: '/v1/state/stats',
    scope: 'read',
    does: 'How much state this agent holds, and how far its own stream is.',
    query: noQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.stateStats },
    errors: [],
  },
} as const satisfies Readonly<Record<string, Route>>
