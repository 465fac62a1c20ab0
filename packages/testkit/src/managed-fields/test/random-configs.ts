import type { StructuralSchema } from '../../schema/structural-schema.ts'

type Random = () => number

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

const scalar: StructuralSchema = { type: 'string' }
const names = ['a', 'b', 'c']

const structOf = (random: Random, depth: number): StructuralSchema => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, randomSchema(random, depth)])),
})

/** A schema of any of the ways in which values are owned. */
export const randomSchema = (random: Random, depth: number): StructuralSchema => {
  if (depth === 0) return scalar
  switch (Math.floor(random() * 8)) {
    case 0:
      return { type: 'object', additionalProperties: randomSchema(random, depth - 1) }
    case 1:
      return { ...structOf(random, depth - 1), 'x-kubernetes-map-type': 'atomic' }
    case 2:
      return { type: 'array', items: scalar }
    case 3:
      return { type: 'array', items: scalar, 'x-kubernetes-list-type': 'set' }
    case 4:
    case 5: {
      const { properties = {} } = structOf(random, depth - 1)
      return {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['key'],
        items: { type: 'object', properties: { ...properties, key: scalar } },
      }
    }
    case 6:
      return structOf(random, depth - 1)
    default:
      return scalar
  }
}

const some = <T>(random: Random, list: readonly T[]): T[] => {
  const chosen = list.filter(() => random() < 0.5)
  return chosen.length === 0 ? [pick(random, list)] : chosen.toSorted(() => random() - 0.5)
}

const fieldsOf = (
  random: Random,
  properties: Readonly<Record<string, StructuralSchema>>,
): Record<string, unknown> =>
  Object.fromEntries(
    some(random, Object.keys(properties)).map((name) => [
      name,
      randomValue(random, properties[name] ?? scalar),
    ]),
  )

/** A value of a schema, with nothing in it that is empty. */
export const randomValue = (random: Random, schema: StructuralSchema): unknown => {
  const { type, items = scalar, properties, additionalProperties } = schema
  if (type === 'array') {
    if (schema['x-kubernetes-list-type'] !== 'map') return some(random, ['x', 'y', 'z'])
    const { key: _key, ...others } = items.properties ?? {}
    return some(random, ['k', 'l', 'm']).map((key) => ({
      key,
      ...(random() < 0.7 ? fieldsOf(random, others) : {}),
    }))
  }
  if (properties !== undefined) return fieldsOf(random, properties)
  if (typeof additionalProperties === 'object')
    return Object.fromEntries(
      some(random, ['p', 'q']).map((name) => [name, randomValue(random, additionalProperties)]),
    )
  return pick(random, ['1', '2', '3'])
}
