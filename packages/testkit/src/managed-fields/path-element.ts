import { isJsonObject } from '../kube-object.ts'

/**
 * One step of a field's path, as fieldsV1 writes it: `f:name` a field, `k:{"name":"a"}` the item of a list with these
 * keys, `v:"x"` the item of a set, `i:0` an item by its place.
 */
export type PathElement = string

export type FieldPath = readonly PathElement[]

export const fieldElement = (name: string): PathElement => `f:${name}`

/** JSON as the real server writes it into paths. */
const jsonOf = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

export const valueElement = (value: unknown): PathElement => `v:${jsonOf(value)}`

/** `keys` are in the order of their names. */
export const keyElement = (keys: readonly (readonly [name: string, value: unknown])[]): PathElement =>
  `k:{${keys.map(([name, value]) => `${jsonOf(name)}:${jsonOf(value)}`).join(',')}}`

const textOf = (value: unknown): string => JSON.stringify(value)

const keysOf = (element: PathElement): [string, unknown][] => {
  const keys = JSON.parse(element.slice(2)) as unknown
  return isJsonObject(keys) ? Object.entries(keys).sort(([left], [right]) => (left < right ? -1 : 1)) : []
}

/** A step as messages have it: `.name`, `[name="a",port=80]`, `[="x"]`, `[0]`. */
const elementText = (element: PathElement): string => {
  switch (element.charAt(0)) {
    case 'f':
      return `.${element.slice(2)}`
    case 'k':
      return `[${keysOf(element)
        .map(([name, value]) => `${name}=${textOf(value)}`)
        .join(',')}]`
    case 'v':
      return `[=${textOf(JSON.parse(element.slice(2)))}]`
    default:
      return `[${element.slice(2)}]`
  }
}

export const pathText = (path: FieldPath): string => path.map(elementText).join('')

/**
 * An element of a body in the form that is compared: keys in the order of their names, no spaces. Undefined for what is
 * of no known kind; throws for what cannot be read.
 */
export const canonicalElement = (text: string): PathElement | undefined => {
  if (text.charAt(1) !== ':') throw new SyntaxError(`missing colon: ${text}`)
  switch (text.charAt(0)) {
    case 'f':
      return text
    case 'k':
      return keyElement(keysOf(text))
    case 'v':
      return valueElement(JSON.parse(text.slice(2)))
    case 'i':
      return `i:${Number.parseInt(text.slice(2), 10)}`
    default:
      return undefined
  }
}

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** Numbers before texts before booleans, each in their order. */
const compareValues = (left: unknown, right: unknown): number => {
  const rankOf = (value: unknown): number => ['number', 'string', 'boolean'].indexOf(typeof value)
  if (rankOf(left) !== rankOf(right)) return rankOf(left) - rankOf(right)
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return byText(String(left), String(right))
}

const compareKeys = (left: PathElement, right: PathElement): number => {
  const [leftKeys, rightKeys] = [keysOf(left), keysOf(right)]
  for (const [at, [name, value]] of leftKeys.entries()) {
    const other = rightKeys[at]
    if (other === undefined) return 1
    const order = byText(name, other[0]) || compareValues(value, other[1])
    if (order !== 0) return order
  }
  return leftKeys.length - rightKeys.length
}

const kinds = 'fkvi'

/** The order of elements in fieldsV1: fields, keys, values, places. */
export const compareElements = (left: PathElement, right: PathElement): number => {
  const kind = left.charAt(0)
  if (kind !== right.charAt(0)) return kinds.indexOf(kind) - kinds.indexOf(right.charAt(0))
  switch (kind) {
    case 'f':
      return byText(left, right)
    case 'k':
      return compareKeys(left, right)
    case 'v':
      return compareValues(JSON.parse(left.slice(2)), JSON.parse(right.slice(2)))
    default:
      return Number(left.slice(2)) - Number(right.slice(2))
  }
}
