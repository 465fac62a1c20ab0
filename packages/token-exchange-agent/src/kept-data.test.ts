import type { ConfigMap, Secret } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { expect, it } from 'vitest'
import {
  bucketConfigMap,
  bucketSecret,
  exchangedSecret,
  golden,
  namespace,
  ownTokenSecret,
  refOf,
  scopeOf,
} from '../test/cases.ts'
import { hubSecretName, s3SecretName } from '@odfmo/secret-naming'
import { keptData } from './kept-data.ts'

const kept = keptData(scopeOf())

it('keeps what the rules read', () => {
  const mon: Secret = { metadata: { namespace, name: 'rook-ceph-mon' }, data: { fsid: 'Zg==' } }
  for (const secret of [ownTokenSecret(), exchangedSecret(), bucketSecret('odrbucket-1'), mon])
    expect(kept.secret(secret)).toBe(secret)
  const config = golden<ConfigMap>('cluster1__configmaps__openshift-storage__rook-ceph-operator-config')
  for (const configMap of [config, bucketConfigMap('odrbucket-1')])
    expect(kept.configMap(configMap)).toBe(configMap)
})

it('keeps no content of what has a name that is asked for and is not ours', () => {
  const metadata = { namespace, name: hubSecretName(refOf('cluster2')) }
  expect(kept.secret({ metadata, type: 'Opaque', data: { password: 'eA==' } })).toEqual({
    metadata,
    type: 'Opaque',
  })
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"eA=="}}' }
  const labels = { app: 'theirs' }
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'theirs', uid: 'u' }]
  expect(
    kept.secret({
      metadata: {
        ...metadata,
        annotations,
        labels,
        ownerReferences,
        managedFields: [{ manager: 'kubectl' }],
      },
      stringData: { password: 'x' },
    } as Secret),
  ).toEqual({ metadata: { ...metadata, labels, ownerReferences } })
  const going = { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['theirs'] }
  expect(kept.secret({ metadata: going })).toEqual({ metadata: going })
  const bucket = { namespace, name: 'odrbucket-theirs' }
  for (const of of [kept.secret, kept.configMap])
    expect(of({ metadata: bucket, data: { a: 'b' } })).toEqual({ metadata: bucket })
  expect(
    kept.secret({ metadata: { namespace, name: s3SecretName(refOf('cluster2')) }, data: {} }),
  ).toBeDefined()
})

it('keeps nothing at all of anything else', () => {
  const metadata = { namespace, name: 'somebody-elses', labels: { app: 'theirs' } }
  expect(kept.secret({ metadata, type: 'Opaque', data: { password: 'eA==' } })).toBeUndefined()
  expect(kept.configMap({ metadata, data: { a: 'b' }, binaryData: { c: 'ZA==' } })).toBeUndefined()
})

// A handler may ask for any name; what it takes is kept whatever its name.
it('asks handlers, so that a new one has what it takes', () => {
  const [first] = scopeOf().handlers
  if (first === undefined) throw new Error('there is no handler')
  const vault = { ...first, takes: (_: string, { metadata }: KubeObject) => metadata.name === 'vault' }
  const secret: Secret = { metadata: { namespace, name: 'vault' }, data: { a: 'Yg==' } }
  expect(kept.secret(secret)).toBeUndefined()
  expect(keptData({ ...scopeOf(), handlers: [vault] }).secret(secret)).toBe(secret)
})
