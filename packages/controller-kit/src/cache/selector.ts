import type { KubeObject } from '@odfmo/api-types/meta'
import type { WatchedKind } from '../watched-kind.ts'

type Labels = Readonly<Record<string, string>>
type Predicate = (labels: Labels) => boolean
interface Requirement {
  readonly text: string
  readonly holds: Predicate
}

const parseRequirement = (text: string): Predicate => {
  const set = /^\s*(\S+)\s+(in|notin)\s*\(([^)]*)\)\s*$/.exec(text)
  if (set !== null) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map((value) => value.trim())
    return operator === 'in'
      ? (labels) => values.includes(labels[key] ?? '\0')
      : (labels) => !values.includes(labels[key] ?? '\0')
  }
  const compare = /^\s*([^\s!=,<>]+)\s*(==|=|!=)\s*([^\s!=,]*)\s*$/.exec(text)
  if (compare !== null) {
    const [, key = '', operator, value = ''] = compare
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value
  }
  const order = /^\s*([^\s!=,<>]+)\s*([<>])\s*(-?\d+)\s*$/.exec(text)
  if (order !== null) {
    const [, key = '', operator, bound = ''] = order
    return (labels) => {
      const label = Object.hasOwn(labels, key) ? labels[key] : undefined
      if (label === undefined || !/^-?\d+$/.test(label)) return false
      return operator === '>' ? BigInt(label) > BigInt(bound) : BigInt(label) < BigInt(bound)
    }
  }
  const exists = /^\s*(!?)\s*([^\s!=,()<>]+)\s*$/.exec(text)
  if (exists !== null) {
    const [, not, key = ''] = exists
    return (labels) => Object.hasOwn(labels, key) === (not === '')
  }
  throw new TypeError(
    `label selector: cannot read "${text}"; expected key, !key, key=value, key!=value, key in (a, b), key>1`,
  )
}

/** Splits at commas outside parentheses. */
const requirementsOf = (selector: string): readonly Requirement[] =>
  (selector.match(/(?:[^,(]|\([^)]*\))+/g) ?? []).map((text) => ({
    text: text.trim(),
    holds: parseRequirement(text),
  }))

/** A label selector as the API server reads it, compiled to a predicate. Throws a TypeError on a bad one. */
export const labelSelector = (selector: string): ((labels: Labels | undefined) => boolean) => {
  const requirements = requirementsOf(selector)
  return (labels = {}) => requirements.every(({ holds }) => holds(labels))
}

/** `metadata.name` and `metadata.namespace` only: other fields are the server's own and always count as selected. */
const fieldSelector = (selector: string): ((object: KubeObject) => boolean) => {
  const wanted = selector.split(',').map((part) => {
    const [field, value] = part.split(/!=|==?/)
    return { field, value, isIt: !part.includes('!=') }
  })
  return ({ metadata: { name, namespace } }) =>
    wanted.every(({ field, value, isIt }) => {
      if (field === 'metadata.name') return (name === value) === isIt
      if (field === 'metadata.namespace') return (namespace === value) === isIt
      return true
    })
}

const labelsOf = ({ name }: WatchedKind, selector: string): ReturnType<typeof labelSelector> => {
  try {
    return labelSelector(selector)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new TypeError(`${name}: ${error.message}`, { cause: error })
  }
}

/** Whether an object belongs to what `of` watches, judged here because a write's answer passes by no server filter. */
export const selectedBy = (of: WatchedKind): ((object: KubeObject) => boolean) => {
  const byLabel = of.labelSelector === undefined ? undefined : labelsOf(of, of.labelSelector)
  const byField = of.fieldSelector === undefined ? undefined : fieldSelector(of.fieldSelector)
  const { namespaces } = of
  return (object) =>
    (byLabel === undefined || byLabel(object.metadata.labels)) &&
    (byField === undefined || byField(object)) &&
    (!Array.isArray(namespaces) || namespaces.includes(object.metadata.namespace ?? ''))
}

/**
 * `expected an object that hub.Secret selects (label ours=yes)`: what is missing of an object that `of` does not watch;
 * undefined: it does. Made all the same, it would never arrive in the cache, and be in the way of itself from then on.
 */
export const unselected = (of: WatchedKind, object: KubeObject): string | undefined => {
  if (selectedBy(of)(object)) return undefined
  const { labels = {}, namespace = '' } = object.metadata
  const wrongLabels = requirementsOf(of.labelSelector ?? '').filter(({ holds }) => !holds(labels))
  const missing = wrongLabels.map(({ text }) => `label ${text}`)
  if (of.fieldSelector !== undefined && !fieldSelector(of.fieldSelector)(object))
    missing.push(`field ${of.fieldSelector}`)
  if (Array.isArray(of.namespaces) && !of.namespaces.includes(namespace))
    missing.push(`namespace ${of.namespaces.join(' or ')}`)
  return `expected an object that ${of.name} selects (${missing.join(', ')})`
}
