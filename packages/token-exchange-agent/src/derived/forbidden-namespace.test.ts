import { contract, type Namespace, type Secret } from '@odfmo/api-types'
import { hubSecretName, volumeReplicationClassName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import {
  cephCluster,
  exchangedSecret,
  mirrorPeer,
  namespace,
  ownTokenSecret,
  refOf,
  storageCluster,
  uid,
  wantedOf,
  type Clusters,
} from '../../test/cases.ts'

/** One MirrorPeer here, one in a namespace that the agent may not read. */
const elsewhere = { name: 'storage', namespace: 'elsewhere' }
const inElsewhere = { name: 'there', items: [refOf('cluster1', elsewhere), refOf('cluster2')] }
const clusters: Clusters = {
  mirrorPeers: [mirrorPeer(inElsewhere), mirrorPeer({ created: '2026-01-02T00:00:00Z' })],
  storageClusters: [storageCluster()],
  cephClusters: [cephCluster()],
  secrets: [ownTokenSecret(), exchangedSecret()],
  forbidden: [elsewhere.namespace],
}
const mirrorPeers = [mirrorPeer(inElsewhere), mirrorPeer({ created: '2026-01-02T00:00:00Z', deleting: true })]
const answer = (rule: string, key: { namespace?: string; name: string }, given: Clusters): string => {
  const wanted = wantedOf(rule, key, given)
  return wanted.is === 'waiting' ? wanted.reason : wanted.is
}

describe('a namespace that may not be read', () => {
  it('stops no secret of another namespace', () => {
    const key = { namespace: 'cluster1', name: hubSecretName(refOf('cluster1')) }
    expect(answer('hub-rook-secret', key, clusters)).toBe('present')
  })

  it('stops no clean-up of another namespace', () => {
    const spokeSecret = { namespace, name: hubSecretName(refOf('cluster2')) }
    expect(answer('spoke-secret', spokeSecret, { ...clusters, mirrorPeers })).toBe('absent')
    expect(answer('mirror-peer-finalizer', { name: 'mp' }, { ...clusters, mirrorPeers })).toBe('CleaningUp')
    expect(
      answer(
        'mirror-peer-finalizer',
        { name: 'mp' },
        { ...clusters, mirrorPeers, secrets: [ownTokenSecret()] },
      ),
    ).toBe('edited')
  })

  it('is not empty: its own MirrorPeer keeps the finalizer', () => {
    const leaving = { ...clusters, mirrorPeers: [mirrorPeer({ ...inElsewhere, deleting: true })] }
    expect(() => answer('mirror-peer-finalizer', { name: 'there' }, leaving)).toThrow(
      'forbidden in elsewhere',
    )
  })
})

describe('a namespace that is gone', () => {
  const namespaces: Namespace[] = [
    { metadata: { name: 'kube-system', uid } },
    { metadata: { name: namespace } },
  ]
  const leaving = { ...clusters, namespaces, mirrorPeers: [mirrorPeer({ ...inElsewhere, deleting: true })] }

  it('takes with it what was there: its MirrorPeer loses the finalizer', () => {
    expect(answer('mirror-peer-finalizer', { name: 'there' }, leaving)).toBe('edited')
  })

  it('takes nothing with it that lies elsewhere', () => {
    const blue: Secret = {
      metadata: {
        namespace: 'cluster1',
        name: hubSecretName(refOf('cluster1', elsewhere)),
        labels: { [contract.label.secretType]: 'BLUE' },
      },
    }
    expect(answer('mirror-peer-finalizer', { name: 'there' }, { ...leaving, hubSecrets: [blue] })).toBe(
      'CleaningUp',
    )
    expect(
      answer('hub-rook-secret', { namespace: 'cluster1', name: blue.metadata.name ?? '' }, leaving),
    ).toBe('absent')
  })

  it('is waited for by what a live MirrorPeer wants of it', () => {
    const key = { name: volumeReplicationClassName('5m') }
    expect(answer('volume-replication-class', key, { ...clusters, namespaces })).toBe('NoFsid')
  })
})
