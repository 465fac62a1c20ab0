import type { ObjectKey } from '@odfmo/api-types/meta'
import { planText, whyText } from '../derived/why-text.ts'
import { why } from '../derived/why.ts'
import type { Runnable } from '../runnable.ts'
import type { Page } from './http-endpoint.ts'

const json = (value: unknown): Page => ({
  status: 200,
  contentType: 'application/json',
  body: `${JSON.stringify(value, undefined, 2)}\n`,
})

const text = (body: string): Page => ({ status: 200, body })

/**
 * `/debug/derived`: every key with its state as JSON; `?name=` of one rule. `?why=namespace/name` (a name alone for
 * what is in no namespace; `&kind=hub.Secret`) and `?plan` are texts for people, with `&json` data. Names, paths and
 * reasons only, never what is in an object.
 */
export const derivedPage = (parts: readonly Runnable[], query: URLSearchParams): Page => {
  const name = query.get('name') ?? undefined
  const asked = query.get('why')
  if (asked !== null) {
    const kind = query.get('kind') ?? undefined
    const answers = why(
      parts.flatMap((part) => part.accounts?.() ?? []),
      {
        key: keyFrom(asked),
        ...(name === undefined ? {} : { derived: name }),
        ...(kind === undefined ? {} : { kind }),
      },
    )
    return query.has('json') ? json(answers) : text(whyText(answers))
  }
  if (query.has('plan')) {
    const writes = parts.flatMap((part) => part.plan?.(name) ?? [])
    return query.has('json') ? json(writes) : text(planText(writes))
  }
  return json(parts.flatMap((part) => part.explain?.(name) ?? []))
}

/** `namespace/name`, or a name alone. */
const keyFrom = (words: string): ObjectKey => {
  const slash = words.indexOf('/')
  return slash < 0 ? { name: words } : { namespace: words.slice(0, slash), name: words.slice(slash + 1) }
}
