// What a route of the HTTP API is: a row of the tables in routes.ts and state-routes.ts.

import type * as v from 'valibot'

/** `read` is open on loopback; `write` and `admin` need the token. */
export type Scope = 'read' | 'write' | 'admin'

export type Schema = v.GenericSchema<unknown, unknown>

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `:name` stands for one percent-encoded part. */
  readonly path: string
  readonly scope: Scope
  readonly does: string
  readonly query: v.ObjectSchema<v.ObjectEntries, undefined>
  /** Undefined where nothing is sent; `value`: the bytes to keep, as their media type says. */
  readonly body: Schema | 'value' | undefined
  readonly answer:
    | { readonly kind: 'json'; readonly shape: Schema }
    /** JSON; or its value alone, as text or as bytes, where `Accept` asks for that. */
    | { readonly kind: 'value'; readonly shape: Schema }
    | { readonly kind: 'text'; readonly about: string }
    | { readonly kind: 'stream'; readonly about: string }
  /** Error codes of its own, beyond those every route may give. */
  readonly errors: readonly string[]
}
