import type { CustomResourceDefinition } from '@odfmo/api-types'
import { expect, test } from 'vitest'
import { keepsStatusField } from './add-on-definition.ts'

type Status = NonNullable<
  NonNullable<CustomResourceDefinition['spec']['versions'][number]['schema']>['openAPIV3Schema']
>
const keeps = (status: Status | undefined, version = 'v1alpha1') =>
  keepsStatusField(
    {
      spec: {
        group: 'addon.open-cluster-management.io',
        scope: 'Namespaced',
        names: { plural: 'managedclusteraddons', kind: 'ManagedClusterAddOn' },
        versions: [
          {
            name: version,
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: { type: 'object', properties: status === undefined ? {} : { status } },
            },
          },
        ],
      },
    },
    'namespace',
  )

test.each<[string, Status | undefined, boolean]>([
  ['names the field', { type: 'object', properties: { namespace: { type: 'string' } } }, true],
  [
    'does not name it, as OCM 0.11’s',
    { type: 'object', properties: { conditions: { type: 'array' } } },
    false,
  ],
  [
    'keeps what it does not know',
    { type: 'object', properties: {}, 'x-kubernetes-preserve-unknown-fields': true },
    true,
  ],
  ['says nothing of the status', undefined, true],
  ['has any status', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, true],
])('a definition that %s', (_what, status, kept) => {
  expect(keeps(status)).toBe(kept)
})

test('without a definition, and with another version only, the field is taken for kept', () => {
  expect(keepsStatusField(undefined, 'namespace')).toBe(true)
  expect(keeps({ type: 'object', properties: {} }, 'v1beta1')).toBe(true)
})
