// What a path is that no route takes, so that a slip is answered with what is wrong about it: an
// empty name, another method, an escape that says nothing in UTF-8. Pure judgements; app.ts
// carries them out.

import { type Refusal, refuse } from './guard.ts'
import type { Route } from './route.ts'

/** What stands in a path at the place of each name; the rest is called the name. */
const WORD_BY_PARAM = new Map([
  ['map', 'the name of the map'],
  ['node', 'the name of the member'],
])

/** Refuses a URL with a percent sign that begins no UTF-8: it would be kept as it stands. */
export function escapeProblem(url: string): Refusal | undefined {
  const { pathname, search } = new URL(url)
  const wrong = [pathname, search].find((part) => !isDecodable(part))
  if (wrong === undefined) return undefined
  const where = wrong === pathname ? 'path' : 'query'
  const message = `the ${where} has a percent escape that is no UTF-8; write % itself as %25`
  return refuse(400, 'bad-request', message)
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** Why no route takes this. */
export function strayRefusal(
  routes: readonly Pick<Route, 'method' | 'path'>[],
  method: string,
  url: string,
): Refusal {
  const parts = new URL(url).pathname.split('/')
  const near = routes.filter(({ path }) => isNear(path.split('/'), parts))
  const [first] = near
  if (first === undefined) return refuse(404, 'not-found', strayText(routes, parts))
  const empty = first.path.split('/').find((word, at) => word.startsWith(':') && parts[at] === '')
  if (empty !== undefined) {
    const what = first.path.startsWith('/v1/state/sets/:name/:key') ? 'the element' : 'the key'
    const word = empty === ':key' ? what : WORD_BY_PARAM.get(empty.slice(1))
    const message = `${word ?? 'the name'} is empty; it has at least one character`
    return refuse(400, 'bad-request', message)
  }
  const methods = near.map((route) => route.method).join(', ')
  const message = `${method} means nothing here; this path takes ${methods}`
  return { ...refuse(405, 'bad-method', message), allow: methods }
}

/** A name with a slash in it makes a path too long. */
function strayText(routes: readonly Pick<Route, 'path'>[], parts: readonly string[]): string {
  const hasSlash = routes.some(({ path }) => {
    const words = path.split('/')
    const isOpen = words.at(-1)?.startsWith(':') === true
    return isOpen && words.length < parts.length && isNear(words, parts.slice(0, words.length))
  })
  return hasSlash ? 'no such route; a / within a name is written %2F' : 'no such route'
}

/** Whether a path is one of this route, its names empty or not. */
function isNear(route: readonly string[], parts: readonly string[]): boolean {
  return (
    route.length === parts.length &&
    route.every((word, at) => word.startsWith(':') || word === parts[at])
  )
}
