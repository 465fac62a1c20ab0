import type { ConfigMap, Secret } from '@odfmo/api-types'
import { expect, it } from 'vitest'
import {
  bucketConfigMap,
  bucketSecret,
  exchangedSecret,
  golden,
  namespace,
  ownTokenSecret,
  scopeOf,
} from '../test/cases.ts'
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

it('keeps no content of anything else', () => {
  const metadata = { namespace, name: 'somebody-elses' }
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
  expect(kept.configMap({ metadata, data: { a: 'b' }, binaryData: { c: 'ZA==' } })).toEqual({ metadata })
})
