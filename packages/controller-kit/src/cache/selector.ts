import type { KubeObject } from '@odfmo/api-types/meta'
import type { WatchedKind } from '../watched-kind.ts'

type Labels = Readonly<Record<string, string>>
type Requirement = (labels: Labels) => boolean

const parseRequirement = (text: string): Requirement => {
  const set = /^\s*(\S+)\s+(in|notin)\s+\(([^)]*)\)\s*$/.exec(text)
  if (set !== null) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map((value) => value.trim())
    return operator === 'in'
      ? (labels) => values.includes(labels[key] ?? '\0')
      : (labels) => !values.includes(labels[key] ?? '\0')
  }
  const compare = /^\s*([^\s!=,]+)\s*(==|=|!=)\s*([^\s!=,]*)\s*$/.exec(text)
  if (compare !== null) {
    const [, key = '', operator, value = ''] = compare
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value
  }
  const exists = /^\s*(!?)\s*([^\s!=,()]+)\s*$/.exec(text)
  if (exists !== null) {
    const [, not, key = ''] = exists
    return not === '!' ? (labels) => !(key in labels) : (labels) => key in labels
  }
  throw new TypeError(
    `label selector: cannot read "${text}"; expected key, !key, key=value, key!=value, key in (a, b)`,
  )
}

/** Splits at commas outside parentheses. */
const requirementsOf = (selector: string): readonly Requirement[] =>
  (selector.match(/(?:[^,(]|\([^)]*\))+/g) ?? []).map(parseRequirement)

/** A label selector as the API server reads it, compiled to a predicate. Throws a TypeError on a bad one. */
export const labelSelector = (selector: string): ((labels: Labels | undefined) => boolean) => {
  const requirements = requirementsOf(selector)
  return (labels = {}) => requirements.every((holds) => holds(labels))
}

/** `metadata.name` and `metadata.namespace` only: other fields are the server's own and always count as selected. */
const fieldSelector = (selector: string): ((object: KubeObject) => boolean) => {
  const wanted = selector.split(',').map((part) => part.split(/==?/))
  return (object) =>
    wanted.every(([field, value]) => {
      if (field === 'metadata.name') return object.metadata.name === value
      if (field === 'metadata.namespace') return object.metadata.namespace === value
      return true
    })
}

/** Whether an object belongs to what `of` watches, judged here because a write's answer passes by no server filter. */
export const selectedBy = (of: WatchedKind): ((object: KubeObject) => boolean) => {
  const byLabel = of.labelSelector === undefined ? undefined : labelSelector(of.labelSelector)
  const byField = of.fieldSelector === undefined ? undefined : fieldSelector(of.fieldSelector)
  const { namespaces } = of
  return (object) =>
    (byLabel === undefined || byLabel(object.metadata.labels)) &&
    (byField === undefined || byField(object)) &&
    (!Array.isArray(namespaces) || namespaces.includes(object.metadata.namespace ?? ''))
}
