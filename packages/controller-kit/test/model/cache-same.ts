import { keyOf, keyText, type DeepReadonly, type KubeObject } from '@odfmo/api-types/meta'
import { expect } from 'vitest'

export interface Thing extends KubeObject {
  readonly value: string
}

const asText = (objects: readonly (Thing | DeepReadonly<Thing>)[]): string =>
  objects
    .map((object) => JSON.stringify([keyText(keyOf(object)), object.metadata, object.value]))
    .toSorted()
    .join('\n')

/** Fails where the objects are not the same, in any order. */
export const same = (
  a: readonly (Thing | DeepReadonly<Thing>)[],
  b: readonly (Thing | DeepReadonly<Thing>)[],
  where: string,
): void => {
  const [left, right] = [asText(a), asText(b)]
  if (left !== right) expect(left, where).toBe(right)
}
