import { kinds, type CustomResourceDefinition } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'

type Version = CustomResourceDefinition['spec']['versions'][number]
type Schema = NonNullable<NonNullable<Version['schema']>['openAPIV3Schema']>

const text = { type: 'string', minLength: 1, maxLength: 128 }
const object = (properties: Record<string, Schema>, required: readonly string[]): Schema => ({
  type: 'object',
  properties,
  required,
})
const oneOf = (...values: readonly string[]): Schema => ({ type: 'string', enum: values })

const service = {
  name: text,
  namespace: text,
  port: { type: 'integer', format: 'int32', minimum: 1, maximum: 65_535 },
}
const named = ['name', 'namespace', 'port']
const path = { type: 'string', default: '/', minLength: 1 }
const alias = { ...text, pattern: '^[A-Za-z0-9-_]+$' }

/** What OpenShift's own definition admits in each version; other fields are dropped. */
const specs: Readonly<Record<'v1' | 'v1alpha1', Schema>> = {
  v1: object(
    {
      displayName: text,
      backend: object({ type: oneOf('Service'), service: object({ ...service, basePath: path }, named) }, [
        'type',
      ]),
      i18n: object({ loadType: oneOf('Preload', 'Lazy', '') }, ['loadType']),
      proxy: {
        type: 'array',
        items: object(
          {
            alias,
            authorization: { ...oneOf('UserToken', 'None'), default: 'None' },
            caCertificate: { type: 'string' },
            endpoint: object({ type: oneOf('Service'), service: object(service, named) }, ['type']),
          },
          ['alias', 'endpoint'],
        ),
      },
    },
    ['backend', 'displayName'],
  ),
  v1alpha1: object(
    {
      displayName: { type: 'string', minLength: 1 },
      service: object({ ...service, basePath: path }, [...named, 'basePath']),
      proxy: {
        type: 'array',
        items: object(
          {
            alias,
            authorize: { type: 'boolean', default: false },
            caCertificate: { type: 'string' },
            service: object(service, named),
            type: oneOf('Service'),
          },
          ['alias', 'type'],
        ),
      },
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
              apiVersion: { type: 'string' },
              kind: { type: 'string' },
              metadata: { type: 'object' },
              spec: specs[name],
            },
            ['spec'],
          ),
        },
      })),
    },
  }
}
