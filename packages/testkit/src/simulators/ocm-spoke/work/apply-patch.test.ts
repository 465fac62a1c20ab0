import { expect, test } from 'vitest'
import type { KubeObject } from '@odfmo/api-types/meta'
import { applyPatch, bodyOf, newObject } from './apply-patch.ts'

const owner = {
  apiVersion: 'work.open-cluster-management.io/v1',
  kind: 'AppliedManifestWork',
  name: 'w',
  uid: 'u1',
}
const manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', namespace: 'n', labels: { app: 'd' }, creationTimestamp: null },
  spec: {
    replicas: 1,
    template: { spec: { containers: [{ name: 'c', image: 'i' }], nodeSelector: { zone: 'a' } } },
  },
} as unknown as KubeObject
const live = {
  ...manifest,
  metadata: {
    name: 'd',
    namespace: 'n',
    uid: 'x',
    resourceVersion: '7',
    labels: { app: 'd', more: 'kept' },
    ownerReferences: [owner],
  },
  spec: {
    replicas: 1,
    revisionHistoryLimit: 10,
    template: {
      spec: {
        containers: [{ name: 'c', image: 'i', imagePullPolicy: 'Always' }],
        nodeSelector: { zone: 'a' },
      },
    },
  },
  status: { replicas: 1 },
} as unknown as KubeObject
const withSpec = (spec: object): KubeObject =>
  ({ ...live, spec: { ...(live as { spec?: object }).spec, ...spec } }) as unknown as KubeObject

test('defaults of the API server and labels of others are no drift', () => {
  expect(applyPatch({ live, manifest, previous: manifest, owner })).toBeUndefined()
})

test('another form of a union takes the fields of the first along, which the API server set', () => {
  const rolling = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } }
  const wanted = { ...manifest, spec: { strategy: { type: 'Recreate' } } } as unknown as KubeObject
  expect(
    applyPatch({ live: withSpec({ strategy: rolling }), manifest: wanted, previous: undefined, owner }),
  ).toMatchObject({ spec: { strategy: { type: 'Recreate', rollingUpdate: null } } })
})

test('a changed field comes back, with the version it was seen at', () => {
  expect(applyPatch({ live: withSpec({ replicas: 0 }), manifest, previous: manifest, owner })).toEqual({
    metadata: { uid: 'x', resourceVersion: '7' },
    spec: { replicas: 1 },
  })
})

test('what the manifest no longer has is taken away, as far as it was seen before', () => {
  const { nodeSelector: _gone, ...rest } = { nodeSelector: {}, containers: [{ name: 'c', image: 'i' }] }
  const lean = { ...manifest, spec: { replicas: 1, template: { spec: rest } } } as unknown as KubeObject
  expect(applyPatch({ live, manifest: lean, previous: manifest, owner })).toMatchObject({
    spec: { template: { spec: { nodeSelector: null } } },
  })
  expect(applyPatch({ live, manifest: lean, previous: undefined, owner })).toBeUndefined()
})

test('an object of somebody else gets our reference beside his', () => {
  const other = { ...owner, uid: 'u2' }
  expect(
    applyPatch({
      live: { ...live, metadata: { ...live.metadata, ownerReferences: [other] } },
      manifest,
      previous: undefined,
      owner,
    }),
  ).toMatchObject({
    metadata: { ownerReferences: [other, owner] },
  })
})

test('a new object has neither status nor the null timestamp of a manifest', () => {
  const made = newObject({ ...manifest, status: {} } as KubeObject, owner)
  expect(Object.keys(made)).toEqual(['apiVersion', 'kind', 'metadata', 'spec'])
  expect(made.metadata).not.toHaveProperty('creationTimestamp')
  expect(made.metadata.ownerReferences).toEqual([owner])
})

test('stringData is applied as data', () => {
  expect(bodyOf({ metadata: {}, stringData: { key: 'value' } } as KubeObject)).toEqual({
    data: { key: 'dmFsdWU=' },
  })
})
