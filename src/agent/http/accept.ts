// In which form a value goes out: as JSON with all that is known of it, or alone as text or as
// bytes. The `Accept` header decides (RFC 9110 §12.5.1), as far as these three go.

export type ValueForm = 'json' | 'text' | 'bytes'

const FORM_BY_TYPE = new Map<string, ValueForm>([
  ['application/json', 'json'],
  ['application/*', 'json'],
  ['*/*', 'json'],
  ['text/plain', 'text'],
  ['text/*', 'text'],
  ['application/octet-stream', 'bytes'],
])
const RANGES_MAX = 32

/** The form that is wanted most, the first of equals; undefined if none of ours is. */
export function valueFormOf(accept: string | undefined): ValueForm | undefined {
  const ranges = (accept ?? '*/*').split(',', RANGES_MAX).map(rangeOf)
  const [best] = ranges
    .filter(({ form, weight }) => form !== undefined && weight > 0)
    .sort((one, other) => other.weight - one.weight)
  return best?.form
}

function rangeOf(text: string): { readonly form: ValueForm | undefined; readonly weight: number } {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const given = parameters.find((one) => one.startsWith('q='))?.slice(2)
  const weight = given === undefined ? 1 : Number(given)
  return { form: FORM_BY_TYPE.get(type), weight: Number.isFinite(weight) ? weight : 0 }
}
