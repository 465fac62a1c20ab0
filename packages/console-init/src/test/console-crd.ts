import { kinds, type CustomResourceDefinition } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'

type Version = CustomResourceDefinition['spec']['versions'][number]
type Schema = NonNullable<NonNullable<Version['schema']>['openAPIV3Schema']>

const text = { type: 'string', minLength: 1, maxLength: 128 }
const object = (properties: Record<string, Schema>, required: readonly string[]): Schema =>
  ({ type: 'object', properties, required }) as Schema
const oneOf = (...values: readonly string[]): Schema => ({ type: 'string', enum: values }) as Schema

const service = {
  name: text,
  namespace: text,
  port: { type: 'integer', format: 'int32', minimum: 1, maximum: 65_535 },
} as Record<string, Schema>
const named = ['name', 'namespace', 'port']
const path = { type: 'string', default: '/', minLength: 1 } as Schema
const alias = { ...text, pattern: '^[A-Za-z0-9-_]+$' } as Schema

/** What OpenShift's own definition admits in each version; other fields are dropped. */
const specs: Readonly<Record<'v1' | 'v1alpha1', Schema>> = {
  v1: object(
    {
      displayName: text as Schema,
      backend: object({ type: oneOf('Service'), service: object({ ...service, basePath: path }, named) }, [
        'type',
      ]),
      i18n: object({ loadType: oneOf('Preload', 'Lazy', '') }, ['loadType']),
      proxy: {
        type: 'array',
        items: object(
          {
            alias,
            authorization: { ...oneOf('UserToken', 'None'), default: 'None' } as Schema,
            caCertificate: { type: 'string' } as Schema,
            endpoint: object({ type: oneOf('Service'), service: object(service, named) }, ['type']),
          },
          ['alias', 'endpoint'],
        ),
      } as Schema,
    },
    ['backend', 'displayName'],
  ),
  v1alpha1: object(
    {
      displayName: { type: 'string', minLength: 1 } as Schema,
      service: object({ ...service, basePath: path }, [...named, 'basePath']),
      proxy: {
        type: 'array',
        items: object(
          {
            alias,
            authorize: { type: 'boolean', default: false } as Schema,
            caCertificate: { type: 'string' } as Schema,
            service: object(service, named),
            type: oneOf('Service'),
          },
          ['alias', 'type'],
        ),
      } as Schema,
    },
    ['service'],
  ),
}

/** ConsolePlugin's definition with these versions, of which the first is stored; strict as OpenShift's. */
export const consoleCrd = (...versions: readonly ('v1' | 'v1alpha1')[]): CustomResourceDefinition => {
  const { group, plural, kind } = kinds.ConsolePlugin
  return {
    apiVersion: apiVersionOf(kinds.CustomResourceDefinition),
    kind: kinds.CustomResourceDefinition.kind,
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Cluster',
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: versions.map((name, place) => ({
        name,
        served: true,
        storage: place === 0,
        schema: {
          openAPIV3Schema: object(
            {
              apiVersion: { type: 'string' } as Schema,
              kind: { type: 'string' } as Schema,
              metadata: { type: 'object' } as Schema,
              spec: specs[name],
            },
            ['spec'],
          ),
        },
      })),
    },
  }
}
