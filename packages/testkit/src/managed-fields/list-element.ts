import { isJsonObject } from '../kube-object.ts'
import type { ListType } from './field-type.ts'
import { keyElement, valueElement } from './path-element.ts'
import type { PathElement } from './path-element.ts'

/** An item that a list which is a set or a map cannot have; its message is the real server's. */
export class ListElementError extends Error {
  override readonly name = 'ListElementError'
}

const goList = (names: readonly string[]): string =>
  `[${names.map((name) => JSON.stringify(name)).join(' ')}]`

/** How an item of a list that is no whole is found again; throws ListElementError. */
export const listElement = ({ keys, items }: ListType, item: unknown): PathElement => {
  if (keys.length === 0) {
    if (isJsonObject(item))
      throw new ListElementError("associative list without keys has an element that's a map type")
    if (Array.isArray(item))
      throw new ListElementError('not supported: associative list with lists as elements')
    if (item === null || item === undefined)
      throw new ListElementError("associative list without keys has an element that's an explicit null")
    return valueElement(item)
  }
  if (item === null || item === undefined)
    throw new ListElementError('associative list with keys may not have a null element')
  if (!isJsonObject(item))
    throw new ListElementError('associative list with keys may not have non-map elements')
  const found: [string, unknown][] = []
  for (const key of keys) {
    const value = Object.hasOwn(item, key) ? item[key] : items.map?.defaultOf(key)
    if (value !== undefined) found.push([key, value])
  }
  if (found.length === 0)
    throw new ListElementError(
      `associative list with keys has an element that omits all key fields ${goList(keys)} (and doesn't have default values for any key fields)`,
    )
  if (found.length > 1) found.sort(([left], [right]) => (left < right ? -1 : 1))
  return keyElement(found)
}
