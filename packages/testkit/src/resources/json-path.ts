import { isJsonObject } from '../kube-object.ts'
import { ageOf } from '../server/age.ts'

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'all' }
  | Filter
interface Filter {
  readonly kind: 'filter'
  readonly path: readonly Step[]
  readonly value: string
}

const stepPattern =
  /^(?:\.([A-Za-z0-9_$@-](?:[A-Za-z0-9_$@/-]|\\.)*)|\[(\d+)\]|\[(\*)\]|\.(\*)|\['((?:[^'\\]|\\.)*)'\]|\[\?\(@((?:\.[A-Za-z0-9_-]+)+)\s*==\s*(?:"([^"]*)"|'([^']*)')\)\])/

const readSteps = (text: string): Step[] => {
  const steps: Step[] = []
  for (let rest = text; rest !== '';) {
    const match = stepPattern.exec(rest)
    if (match === null) return [] // a path this subset does not know selects nothing
    const [whole, field, index, all, allFields, quoted, filterPath, doubleQuoted, singleQuoted] = match
    if (field !== undefined) steps.push({ kind: 'field', name: field.replace(/\\(.)/g, '$1') })
    else if (index !== undefined) steps.push({ kind: 'index', at: Number(index) })
    else if (all !== undefined || allFields !== undefined) steps.push({ kind: 'all' })
    else if (quoted !== undefined) steps.push({ kind: 'field', name: quoted.replace(/\\(.)/g, '$1') })
    else if (filterPath !== undefined)
      steps.push({ kind: 'filter', path: readSteps(filterPath), value: doubleQuoted ?? singleQuoted ?? '' })
    rest = rest.slice(whole.length)
  }
  return steps
}

const follow = (values: readonly unknown[], step: Step): unknown[] => {
  switch (step.kind) {
    case 'field':
      return values.flatMap((value) =>
        isJsonObject(value) && value[step.name] !== undefined ? [value[step.name]] : [],
      )
    case 'index':
      return values.flatMap((value) =>
        Array.isArray(value) && value[step.at] !== undefined ? [value[step.at] as unknown] : [],
      )
    case 'all':
      return values.flatMap((value) =>
        Array.isArray(value) ? (value as unknown[]) : isJsonObject(value) ? Object.values(value) : [],
      )
    case 'filter':
      return values
        .flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []))
        .filter(
          (item) =>
            step.path.reduce<unknown[]>((found, inner) => follow(found, inner), [item])[0] === step.value,
        )
  }
}

/** The part of JSONPath that printer columns use: fields, indexes, `[*]` and `[?(@.type=="Ready")]`. */
export const readJsonPath = (text: string): ((object: unknown) => unknown[]) => {
  const steps = readSteps(text.replace(/^\{(.*)\}$/, '$1'))
  return (object) =>
    steps.length === 0 ? [] : steps.reduce<unknown[]>((found, step) => follow(found, step), [object])
}

/** What a printer column of a type shows of the values its path found. */
export const cellText = (values: readonly unknown[], type: string, now: number): unknown => {
  const [first] = values
  if (first === undefined) return null
  switch (type) {
    case 'date':
      return ageOf(first, now)
    case 'integer':
    case 'number':
      return typeof first === 'number' ? first : null
    case 'boolean':
      return typeof first === 'boolean' ? first : null
    default:
      return values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(',')
  }
}
