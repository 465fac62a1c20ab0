import { contract, type ConfigMap, type Secret } from '@odfmo/api-types'
import { expect, it } from 'vitest'
import {
  bucketConfigMap,
  bucketSecret,
  exchangedSecret,
  golden,
  namespace,
  ownTokenSecret,
} from '../test/cases.ts'
import { keptData } from './kept-data.ts'

const kept = keptData(contract.defaultSourceMatch)

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
  expect(kept.configMap({ metadata, data: { a: 'b' }, binaryData: { c: 'ZA==' } })).toEqual({ metadata })
})
