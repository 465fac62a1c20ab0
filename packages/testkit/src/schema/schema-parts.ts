import { isJsonObject } from '../kube-object.ts'
import type { StructuralSchema } from './structural-schema.ts'

/** A schema directly below another one. */
export interface SchemaPart {
  readonly schema: StructuralSchema
  readonly path: string
  readonly of: 'items' | 'property' | 'additional'
  /** Of a property. */
  readonly name: string
}

/** The schemas directly below one that say what is there. */
export const partsOf = (
  { properties = {}, items, additionalProperties }: StructuralSchema,
  path: string,
): readonly SchemaPart[] => [
  ...(items === undefined ? [] : [{ schema: items, path: `${path}.items`, of: 'items' as const, name: '' }]),
  ...Object.entries(properties).map(([name, schema]) => ({
    schema,
    path: `${path}.properties[${name}]`,
    of: 'property' as const,
    name,
  })),
  ...(isJsonObject(additionalProperties)
    ? [
        {
          schema: additionalProperties,
          path: `${path}.additionalProperties`,
          of: 'additional' as const,
          name: '',
        },
      ]
    : []),
]

/** The schemas of its branches, which narrow what is there. */
export const branchesOf = (
  schema: StructuralSchema,
  path: string,
): readonly { readonly schema: StructuralSchema; readonly path: string }[] => [
  ...(['allOf', 'anyOf', 'oneOf'] as const).flatMap((name) =>
    (schema[name] ?? []).map((part, at) => ({ schema: part, path: `${path}.${name}[${at}]` })),
  ),
  ...(schema.not === undefined ? [] : [{ schema: schema.not, path: `${path}.not` }]),
]
