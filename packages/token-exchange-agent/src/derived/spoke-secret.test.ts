import { contract, type Secret } from '@odfmo/api-types'
import { hubSecretName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import {
  bare,
  base64,
  exchangedSecret,
  golden,
  mirrorPeer,
  namespace,
  objectOf,
  refOf,
  storageCluster,
  wantedOf,
  type Clusters,
} from '../../test/cases.ts'

const green = golden<Secret>('hub__secrets__cluster1__4446d6504fadb8362e6814327c7a1172b9735c0')
const name = hubSecretName(refOf('cluster2'))
const key = { namespace, name }
const inForce: Clusters = { mirrorPeers: [mirrorPeer()], hubSecrets: [green] }

const answer = (clusters: Clusters, at = key): string => {
  const wanted = wantedOf('spoke-secret', at, clusters)
  return wanted.is === 'waiting' ? wanted.reason : wanted.is
}

describe('the other side’s token', () => {
  it('is what the original left', () => {
    const original = golden<Secret>(
      'cluster1__secrets__openshift-storage__4446d6504fadb8362e6814327c7a1172b9735c0',
    )
    expect(bare(objectOf(wantedOf('spoke-secret', key, inForce)))).toEqual(bare(original))
  })

  it.each<readonly [string, string, Clusters]>([
    ['waits for the green secret', 'NoGreenSecret', { ...inForce, hubSecrets: [] }],
    [
      'stays when the green secret goes',
      'NoGreenSecret',
      { ...inForce, hubSecrets: [], secrets: [exchangedSecret()] },
    ],
    [
      'ignores a green secret for another namespace',
      'InvalidGreenSecret',
      { ...inForce, hubSecrets: [{ ...green, data: { ...green.data, namespace: base64('elsewhere') } }] },
    ],
    [
      'ignores a green secret for another StorageCluster',
      'InvalidGreenSecret',
      {
        ...inForce,
        hubSecrets: [{ ...green, data: { ...green.data, 'storage-cluster-name': base64('other') } }],
      },
    ],
    [
      'ignores a green secret that is empty',
      'InvalidGreenSecret',
      { ...inForce, hubSecrets: [{ ...green, data: { ...green.data, 'secret-data': '' } }] },
    ],
    [
      'ignores a green secret that holds nothing',
      'InvalidGreenSecret',
      { ...inForce, hubSecrets: [{ ...green, data: { ...green.data, 'secret-data': base64('null') } }] },
    ],
    [
      'ignores a green secret whose data is an empty object',
      'InvalidGreenSecret',
      { ...inForce, hubSecrets: [{ ...green, data: { ...green.data, 'secret-data': base64('{}') } }] },
    ],
    [
      'takes nothing blue for green',
      'NoGreenSecret',
      {
        ...inForce,
        hubSecrets: [
          { ...green, metadata: { ...green.metadata, labels: { [contract.label.secretType]: 'BLUE' } } },
        ],
      },
    ],
    [
      'comes only for a MirrorPeer in force',
      'NotInForce',
      { ...inForce, mirrorPeers: [mirrorPeer({ finalizers: [] })] },
    ],
    ['is not brought for type sync', 'absent', { ...inForce, mirrorPeers: [mirrorPeer({ type: 'sync' })] }],
    [
      'is not brought for a deleting MirrorPeer though the green is there',
      'absent',
      { ...inForce, mirrorPeers: [mirrorPeer({ deleting: true })] },
    ],
    [
      'stays while a StorageCluster names it',
      'StillListed',
      {
        ...inForce,
        mirrorPeers: [mirrorPeer({ deleting: true })],
        storageClusters: [storageCluster({ mirroring: { peerSecretNames: [name] } })],
      },
    ],
    [
      'stays while another MirrorPeer connects the same two',
      'present',
      { ...inForce, mirrorPeers: [mirrorPeer({ deleting: true }), mirrorPeer({ name: 'other' })] },
    ],
    [
      'goes with the pair though another MirrorPeer uses the peer ref',
      'absent',
      {
        ...inForce,
        mirrorPeers: [
          mirrorPeer({ deleting: true }),
          mirrorPeer({ name: 'other', items: [refOf('cluster1'), refOf('cluster3')] }),
        ],
      },
    ],
  ])('%s', (_, expected, clusters) => expect(answer(clusters)).toBe(expected))
})
