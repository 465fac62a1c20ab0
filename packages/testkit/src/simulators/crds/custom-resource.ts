import { apiVersionOf, kinds } from '@odfmo/api-types'
import type { CustomResourceDefinition } from '@odfmo/api-types'
import type { Kind } from '@odfmo/api-types/meta'

export type JsonSchema = NonNullable<
  NonNullable<CustomResourceDefinition['spec']['versions'][number]['schema']>['openAPIV3Schema']
>
type Version = CustomResourceDefinition['spec']['versions'][number]

export interface CustomResourceOptions {
  readonly kind: Kind
  readonly spec?: JsonSchema
  readonly status?: JsonSchema
  /** False for kinds whose status is written with the rest of the object. */
  readonly statusSubresource?: boolean
  readonly shortNames?: readonly string[]
  readonly columns?: Version['additionalPrinterColumns']
  /** Further versions, served and of the same schema. */
  readonly alsoServed?: readonly string[]
}

/** Any fields, kept as they are: for the parts of a kind that nobody here looks at. */
export const anyFields: JsonSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** An object with these fields, and any others. */
export const openObject = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  ...anyFields,
  properties,
})

export const text: JsonSchema = { type: 'string' }
export const flag: JsonSchema = { type: 'boolean' }
export const wholeNumber: JsonSchema = { type: 'integer', format: 'int64' }
export const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
export const textMap: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } }

/** metav1.Condition. */
export const conditionsSchema: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['lastTransitionTime', 'message', 'reason', 'status', 'type'],
    properties: {
      type: { type: 'string', maxLength: 316 },
      status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
      reason: { type: 'string', minLength: 1, maxLength: 1024 },
      message: { type: 'string', maxLength: 32768 },
      lastTransitionTime: { type: 'string', format: 'date-time' },
      observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
    },
  },
}

/** A definition that admits what the real one admits of the fields used here, and keeps the rest. */
export const customResource = (options: CustomResourceOptions): CustomResourceDefinition => {
  const {
    kind,
    spec = anyFields,
    status = anyFields,
    statusSubresource = true,
    shortNames,
    columns,
  } = options
  const version = (name: string, isStored: boolean): Version => ({
    name,
    served: true,
    storage: isStored,
    schema: {
      openAPIV3Schema: {
        type: 'object',
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          metadata: { type: 'object' },
          spec,
          status,
        },
      },
    },
    ...(statusSubresource ? { subresources: { status: {} } } : {}),
    ...(columns === undefined ? {} : { additionalPrinterColumns: columns }),
  })
  return {
    apiVersion: apiVersionOf(kinds.CustomResourceDefinition),
    kind: kinds.CustomResourceDefinition.kind,
    metadata: { name: `${kind.plural}.${kind.group}` },
    spec: {
      group: kind.group,
      scope: kind.namespaced ? 'Namespaced' : 'Cluster',
      names: {
        plural: kind.plural,
        singular: kind.kind.toLowerCase(),
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        ...(shortNames === undefined ? {} : { shortNames }),
      },
      versions: [
        version(kind.version, true),
        ...(options.alsoServed ?? []).map((name) => version(name, false)),
      ],
    },
  }
}
