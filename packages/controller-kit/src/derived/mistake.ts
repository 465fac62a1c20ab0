import { keyText, type DeepReadonly, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { unselected } from '../cache/selector.ts'
import { ruleAndKey } from './checked-answer.ts'
import type { Derived } from './derived.ts'
import type { EngineReason } from './engine-reasons.ts'

/** A defect of a rule that is found out before its write is sent; only another answer of the rule helps. */
export interface Mistake {
  readonly reason: Extract<EngineReason, 'NotSelected' | 'OtherObject'>
  readonly message: string
}

interface Of {
  readonly derived: Derived
  readonly key: ObjectKey
}

/** The object that a rule answered is not the one of the key: it would be written again and again, and never be there. */
export const otherObject = ({ derived, key }: Of, { metadata }: KubeObject): Mistake | undefined => {
  // What is written to a subresource is never created: it need not say its name.
  const { name = '', namespace } = derived.subresource === undefined ? metadata : { ...key, ...metadata }
  const given = keyText(namespace === undefined ? { name } : { namespace, name })
  if (given === keyText(key)) return undefined
  return {
    reason: 'OtherObject',
    message:
      `${ruleAndKey(derived, key)}: wanted answered the object "${given}"; expected the one of the key, ` +
      'and a key from its sources for each other object',
  }
}

/** What `object` becomes by the write would not be in the cache of the rule's own kind. */
export const notSelected = (
  { derived, key }: Of,
  object: KubeObject | DeepReadonly<KubeObject>,
): Mistake | undefined => {
  const wrong = unselected(derived.kind, object)
  if (wrong === undefined) return undefined
  return {
    reason: 'NotSelected',
    message: `${ruleAndKey(derived, key)}: ${wrong}: what is written otherwise is never seen again`,
  }
}

/** The kind is not watched in the namespace of the key, and nothing will ever be known of it. */
export const outsideNamespaces = ({ derived, key }: Of): Mistake | undefined => {
  const { kind } = derived
  if (!Array.isArray(kind.namespaces) || kind.namespaces.includes(key.namespace ?? '')) return undefined
  return {
    reason: 'NotSelected',
    message: `${ruleAndKey(derived, key)}: expected a namespace that ${kind.name} watches (${kind.namespaces.join(', ')})`,
  }
}
