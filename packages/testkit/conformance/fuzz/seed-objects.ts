import type { JsonObject } from '../../src/kube-object.ts'

/** A resource that is fuzzed, with an object of it that is valid. */
export interface SeedKind {
  /** Group and version as they stand in paths: `/apis/apps/v1`. */
  readonly base: string
  readonly plural: string
  readonly namespaced: boolean
  readonly subresources: readonly string[]
  readonly object: JsonObject
}

const kind = (
  apiVersion: string,
  kindName: string,
  plural: string,
  content: JsonObject,
  more: Partial<Pick<SeedKind, 'namespaced' | 'subresources'>> = {},
): SeedKind => ({
  base: apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`,
  plural,
  namespaced: more.namespaced ?? true,
  subresources: more.subresources ?? [],
  object: {
    apiVersion,
    kind: kindName,
    metadata: { name: 'a', labels: { app: 'x' }, annotations: { note: 'text' } },
    ...content,
  },
})

const template: JsonObject = {
  metadata: { labels: { app: 'x' } },
  spec: {
    containers: [
      {
        name: 'c',
        image: 'image:1',
        args: ['a', 'b'],
        env: [{ name: 'A', value: '1' }],
        ports: [{ containerPort: 80, name: 'http' }],
        resources: { limits: { cpu: '1', memory: '1Gi' } },
      },
    ],
  },
}

const fuzzGroup = 'fuzz.example.com'

/** A definition with a little of everything that schemas have. */
export const fuzzDefinition: JsonObject & { readonly apiVersion: string; readonly kind: string } = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${fuzzGroup}` },
  spec: {
    group: fuzzGroup,
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                properties: {
                  size: { type: 'integer', minimum: 1, maximum: 10 },
                  color: { type: 'string', enum: ['red', 'green'], default: 'red' },
                  name: { type: 'string', maxLength: 8, pattern: '^[a-z]*$' },
                  tags: {
                    type: 'array',
                    items: { type: 'string' },
                    maxItems: 3,
                    'x-kubernetes-list-type': 'set',
                  },
                  parts: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: { name: { type: 'string' }, count: { type: 'integer', default: 1 } },
                    },
                  },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  either: { 'x-kubernetes-int-or-string': true },
                },
              },
              status: { type: 'object', properties: { phase: { type: 'string' } } },
            },
          },
        },
      },
    ],
  },
}

/** What is fuzzed. */
export const seedKinds: readonly [SeedKind, ...SeedKind[]] = [
  kind('v1', 'ConfigMap', 'configmaps', { data: { key: 'value' }, binaryData: { bytes: 'AAEC' } }),
  kind('v1', 'Secret', 'secrets', { type: 'Opaque', data: { key: 'dmFsdWU=' }, stringData: { text: 'x' } }),
  kind('v1', 'Pod', 'pods', template['spec'] === undefined ? {} : { spec: template['spec'] }, {
    subresources: ['status'],
  }),
  kind('v1', 'ServiceAccount', 'serviceaccounts', { secrets: [{ name: 's' }] }),
  kind('v1', 'Service', 'services', {
    spec: { selector: { app: 'x' }, ports: [{ name: 'http', port: 80 }] },
  }),
  kind(
    'apps/v1',
    'Deployment',
    'deployments',
    { spec: { replicas: 1, selector: { matchLabels: { app: 'x' } }, template } },
    { subresources: ['status', 'scale'] },
  ),
  kind('coordination.k8s.io/v1', 'Lease', 'leases', {
    spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: '2026-01-01T00:00:00.000000Z' },
  }),
  kind('rbac.authorization.k8s.io/v1', 'Role', 'roles', {
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: ['s'] }],
  }),
  kind('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'u' }],
  }),
  kind(
    `${fuzzGroup}/v1`,
    'Thing',
    'things',
    {
      spec: {
        size: 3,
        color: 'red',
        tags: ['a', 'b'],
        parts: [{ name: 'p' }],
        free: { any: { x: 1 } },
        either: 1,
      },
    },
    { subresources: ['status'] },
  ),
]
