import { hubSecretName, s3SecretName } from '@odfmo/secret-naming'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mirrorPeer, namespace, refOf, scopeOf } from '../test/cases.ts'
import { partsOf } from './parts.ts'

describe('the parts of a MirrorPeer on this cluster', () => {
  it('are everything it entails here', () => {
    expect(partsOf(mirrorPeer({ schedulingIntervals: ['5m', '1h', '5m'] }), scopeOf())).toMatchObject({
      own: refOf('cluster1'),
      opposites: [refOf('cluster2')],
      isAsync: true,
      storageCluster: { namespace, name: 'ocs-storagecluster' },
      peerSecretNames: [hubSecretName(refOf('cluster2'))],
      hubSecrets: [
        { handler: 's3', key: { namespace: 'cluster1', name: s3SecretName(refOf('cluster1')) } },
        { handler: 'rook', key: { namespace: 'cluster1', name: hubSecretName(refOf('cluster1')) } },
      ],
      replicationClasses: [{ interval: '5m' }, { interval: '1h' }],
      bucketClaims: [{ namespace, name: 'odrbucket-b1b922184baf' }, { namespace }],
    })
  })

  it('are computed once for what a cache holds, for each agent by itself', () => {
    const [held, here, there] = [mirrorPeer(), scopeOf(), { ...scopeOf(), odrNamespace: 'elsewhere' }]
    const parts = partsOf(held, here)
    expect(partsOf(held, here)).toBe(parts)
    expect(partsOf({ ...held }, here)).toBe(parts)
    expect(partsOf(held, there)?.bucketClaims[0].namespace).toBe('elsewhere')
    expect(partsOf({ spec: { ...held.spec, type: 'sync' } }, here)?.isAsync).toBe(false)
  })

  it('of type sync are the hub secrets and the bucket', () => {
    const parts = partsOf(mirrorPeer({ type: 'sync' }), scopeOf())
    expect(parts).toMatchObject({
      isAsync: false,
      peerSecretNames: [],
      spokeSecrets: [],
      replicationClasses: [],
    })
    expect(parts?.hubSecrets).toHaveLength(2)
  })

  it.each([
    ['names other clusters', [refOf('cluster2'), refOf('cluster3')]],
    ['names this cluster twice', [refOf('cluster1'), refOf('cluster1', { name: 'b', namespace })]],
    ['has one item', [refOf('cluster1')]],
    ['has three items', [refOf('cluster1'), refOf('cluster2'), refOf('cluster3')]],
    ['has an empty name', [refOf('cluster1', { name: '', namespace }), refOf('cluster2')]],
  ])('are none when it %s', (_, items) => expect(partsOf(mirrorPeer({ items }), scopeOf())).toBeUndefined())

  it('never throw, whatever a server without validation lets through', () => {
    const anything = fc.anything({ maxDepth: 3 })
    const item = fc.oneof(
      anything,
      fc.record({ clusterName: fc.constantFrom('cluster1', 'cluster2', ''), storageClusterRef: anything }),
      fc.constantFrom(refOf('cluster1'), refOf('cluster2')),
    )
    const specs = fc.oneof(
      anything,
      fc.record({ items: fc.array(item, { maxLength: 3 }), type: anything, schedulingIntervals: anything }),
    )
    fc.assert(fc.property(specs, (spec) => void partsOf({ spec: spec as never }, scopeOf())))
  })
})
