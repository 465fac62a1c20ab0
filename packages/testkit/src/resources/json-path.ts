import { isJsonObject } from '../kube-object.ts'
import { ageOf } from '../server/age.ts'

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'slice'; readonly from: number; readonly to: number | undefined; readonly by: number }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'every field' }
  | { readonly kind: 'descendants' }
  | Filter
interface Filter {
  readonly kind: 'filter'
  readonly path: readonly Step[]
  /** Undefined: that there is something is enough. */
  readonly operator: string | undefined
  readonly value: unknown
}

const stepPattern =
  /^(?:(\.\.)(?=[A-Za-z_*[])|\.?([A-Za-z0-9_$@-](?:[A-Za-z0-9_$@/-]|\\.)*)|\[(-?\d+)\]|\[(-?\d*:-?\d*(?::-?\d+)?)\]|\[(\*)\]|\.?(\*)|\['((?:[^'\\]|\\.)*)'\]|\[\?\(@((?:\.[A-Za-z0-9_-]+)*)\s*(?:(==|!=|>=|<=|>|<)\s*("[^"]*"|'[^']*'|[^\s)]+)\s*)?\)\])/

/** A field may hold what separates fields, after a backslash. */
const fieldsOf = (text: string): Step[] =>
  text.split(/(?<!\\)\./).map((name) => ({ kind: 'field', name: name.replace(/\\(.)/g, '$1') }))

const sliceOf = (text: string): Step => {
  const [from, to, by] = text.split(':').map((part) => (part === '' ? undefined : Number(part)))
  return { kind: 'slice', from: from ?? 0, to, by: by ?? 1 }
}

const literalOf = (text: string): unknown => {
  if (/^["']/.test(text)) return text.slice(1, -1)
  if (text === 'true' || text === 'false') return text === 'true'
  return Number.isNaN(Number(text)) ? text : Number(text)
}

const readSteps = (text: string): Step[] => {
  const steps: Step[] = []
  for (let rest = text; rest !== '';) {
    const match = stepPattern.exec(rest)
    if (match === null) return [] // a path this subset does not know selects nothing
    const [whole, deep, field, index, slice, all, allFields, quoted, filterPath, operator, literal] = match
    if (deep !== undefined) steps.push({ kind: 'descendants' })
    else if (field !== undefined) steps.push({ kind: 'field', name: field.replace(/\\(.)/g, '$1') })
    else if (index !== undefined) steps.push({ kind: 'index', at: Number(index) })
    else if (slice !== undefined) steps.push(sliceOf(slice))
    else if (all !== undefined) steps.push({ kind: 'all' })
    else if (allFields !== undefined) steps.push({ kind: 'every field' })
    else if (quoted !== undefined) steps.push(...fieldsOf(quoted))
    else if (filterPath !== undefined)
      steps.push({
        kind: 'filter',
        path: readSteps(filterPath),
        operator,
        value: literal === undefined ? undefined : literalOf(literal),
      })
    rest = rest.slice(whole.length)
  }
  return steps
}

const valuesOf = (value: unknown): unknown[] =>
  Array.isArray(value)
    ? (value as unknown[])
    : isJsonObject(value)
      ? Object.entries(value)
          .toSorted(([left], [right]) => (left < right ? -1 : 1))
          .map(([, field]) => field)
      : []

const descendantsOf = (value: unknown): unknown[] => [value, ...valuesOf(value).flatMap(descendantsOf)]

const sliced = (list: readonly unknown[], { from, to, by }: Extract<Step, { kind: 'slice' }>): unknown[] => {
  const place = (at: number): number => (at < 0 ? at + list.length : at)
  return list.slice(place(from), to === undefined ? undefined : place(to)).filter((_, at) => at % by === 0)
}

const holds = ({ path, operator, value }: Filter, item: unknown): boolean => {
  const [found] = path.reduce<unknown[]>((values, inner) => follow(values, inner), [item])
  if (operator === undefined) return found !== undefined
  if (found === undefined || typeof found !== typeof value) return false
  switch (operator) {
    case '==':
      return found === value
    case '!=':
      return found !== value
    case '>':
      return Number(found) > Number(value)
    case '>=':
      return Number(found) >= Number(value)
    case '<':
      return Number(found) < Number(value)
    default:
      return Number(found) <= Number(value)
  }
}

const follow = (values: readonly unknown[], step: Step): unknown[] => {
  switch (step.kind) {
    case 'field':
      return values.flatMap((value) =>
        isJsonObject(value) && value[step.name] !== undefined ? [value[step.name]] : [],
      )
    case 'index':
      return values.flatMap((value) => {
        const found: unknown = Array.isArray(value) ? value.at(step.at) : undefined
        return found === undefined ? [] : [found]
      })
    case 'slice':
      return values.flatMap((value) => (Array.isArray(value) ? sliced(value, step) : []))
    case 'all':
      return values.flatMap(valuesOf)
    case 'every field':
      // of a text, its bytes
      return values.flatMap((value) =>
        typeof value === 'string' ? [...Buffer.from(value)] : valuesOf(value),
      )
    case 'descendants':
      return values.flatMap(descendantsOf)
    case 'filter':
      return values
        .flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []))
        .filter((item) => holds(step, item))
  }
}

/** The part of JSONPath that printer columns use: fields, indexes, slices, `[*]`, `..` and `[?(@.type=="Ready")]`. */
export const readJsonPath = (text: string): ((object: unknown) => unknown[]) => {
  const steps = readSteps(text.replace(/^\{(.*)\}$/, '$1'))
  return (object) =>
    steps.length === 0 ? [] : steps.reduce<unknown[]>((found, step) => follow(found, step), [object])
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/

/** JSON with the fields of objects by their names. */
const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_key, field: unknown) =>
    isJsonObject(field)
      ? Object.fromEntries(Object.entries(field).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : field,
  )

const dateText = (value: unknown, now: number): unknown => {
  if (typeof value !== 'string') return null
  if (value === '') return '<unknown>'
  return rfc3339.test(value) ? ageOf(value, now) : '<invalid>'
}

/** What a printer column of a type shows of the values its path found. */
export const cellText = (values: readonly unknown[], type: string, now: number): unknown => {
  const [first] = values
  if (first === undefined) return null
  switch (type) {
    case 'date':
      return dateText(first, now)
    case 'integer':
      return typeof first === 'number' ? Math.trunc(first) : null
    case 'number':
      return typeof first === 'number' ? first : null
    case 'boolean':
      return typeof first === 'boolean' ? first : null
    default:
      return typeof first === 'string' ? first : sortedJson(first)
  }
}
