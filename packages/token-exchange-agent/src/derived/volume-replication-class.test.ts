import { contract, type VolumeReplicationClass } from '@odfmo/api-types'
import { volumeReplicationClassName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import {
  app,
  bare,
  base64,
  exchangedSecret,
  golden,
  mirrorPeer,
  namespace,
  objectOf,
  ownTokenSecret,
  refOf,
  storageCluster,
  wantedOf,
  type Clusters,
} from '../../test/cases.ts'

const original = golden<VolumeReplicationClass>(
  'cluster1__volumereplicationclasses__rbd-volumereplicationclass-1625360775',
)
const key = { name: volumeReplicationClassName('5m') }
const fsids = ['11111111-aaaa-4aaa-8aaa-000000000001', '22222222-bbbb-4bbb-8bbb-000000000002'] as const
const secrets = [ownTokenSecret(fsids[0]), exchangedSecret(refOf('cluster2'), fsids[1])]
const exchanged: Clusters = { mirrorPeers: [mirrorPeer()], storageClusters: [storageCluster()], secrets }

const answer = (clusters: Clusters): string => {
  const wanted = wantedOf('volume-replication-class', key, clusters)
  return wanted.is === 'waiting' ? wanted.reason : wanted.is
}
const leaving = [mirrorPeer({ deleting: true })]
const usersOwn = (change: Partial<VolumeReplicationClass>): VolumeReplicationClass => ({
  ...original,
  ...change,
})
/** Of a StorageCluster in another namespace. */
const ofElsewhere = usersOwn({
  spec: {
    provisioner: 'elsewhere.rbd.csi.ceph.com',
    parameters: {
      ...original.spec?.parameters,
      [contract.replicationParameter.secretNamespace]: 'elsewhere',
    },
  },
})

describe('the class of an interval', () => {
  it('is what the original left, its spec immutable', () => {
    const wanted = wantedOf('volume-replication-class', key, exchanged)
    expect(objectOf(wanted)).toEqual(bare(original))
    expect(wanted).toMatchObject({ options: { immutable: ['spec'] } })
  })

  it('has the default interval when none is given', () => {
    expect(answer({ ...exchanged, mirrorPeers: [mirrorPeer({ schedulingIntervals: [] })] })).toBe('present')
  })

  it('belongs to the eldest MirrorPeer with the interval', () => {
    const younger = mirrorPeer({
      name: 'a-younger',
      created: '2026-01-02T00:00:00Z',
      items: [refOf('cluster1'), refOf('cluster3')],
    })
    const both = {
      ...exchanged,
      mirrorPeers: [younger, mirrorPeer()],
      secrets: [...secrets, exchangedSecret(refOf('cluster3'), 'fsid-3')],
    }
    expect(objectOf(wantedOf('volume-replication-class', key, both))).toEqual(bare(original))
    const alone = { ...both, mirrorPeers: [younger, ...leaving] }
    expect(objectOf(wantedOf('volume-replication-class', key, alone)).metadata.labels).not.toEqual(
      original.metadata.labels,
    )
  })

  it.each<readonly [string, string, Clusters]>([
    ['waits for the own fsid', 'NoFsid', { ...exchanged, secrets: secrets.slice(1) }],
    ['waits for the other’s fsid', 'NoFsid', { ...exchanged, secrets: secrets.slice(0, 1) }],
    ['waits for an empty fsid', 'NoFsid', { ...exchanged, secrets: [ownTokenSecret(''), exchangedSecret()] }],
    [
      'waits for a token it cannot read',
      'NoFsid',
      {
        ...exchanged,
        secrets: [{ ...ownTokenSecret(), data: { token: base64('no token') } }, exchangedSecret()],
      },
    ],
    [
      'waits for the owner to be in force',
      'NotInForce',
      { ...exchanged, mirrorPeers: [mirrorPeer({ finalizers: [] })] },
    ],
    ['is not for type sync', 'absent', { ...exchanged, mirrorPeers: [mirrorPeer({ type: 'sync' })] }],
    ['goes with its MirrorPeer', 'absent', { ...exchanged, mirrorPeers: leaving, classes: [original] }],
    ['goes when it was left behind', 'absent', { ...exchanged, mirrorPeers: [], classes: [original] }],
    [
      'is left when it has not Ramen’s label',
      'leave',
      { ...exchanged, mirrorPeers: leaving, classes: [usersOwn({ metadata: { name: key.name } })] },
    ],
    [
      'is left when it has another’s provisioner',
      'leave',
      {
        ...exchanged,
        mirrorPeers: leaving,
        classes: [usersOwn({ spec: { ...original.spec, provisioner: 'another' } })],
      },
    ],
    [
      'is left when its name is not that of its interval',
      'leave',
      {
        ...exchanged,
        mirrorPeers: leaving,
        classes: [
          usersOwn({
            spec: {
              provisioner: `${namespace}.rbd.csi.ceph.com`,
              parameters: {
                ...original.spec?.parameters,
                [contract.replicationParameter.schedulingInterval]: '7m',
              },
            },
          }),
        ],
      },
    ],
    [
      'goes when the interval is no longer asked for',
      'absent',
      { ...exchanged, mirrorPeers: [mirrorPeer({ schedulingIntervals: ['1h'] })], classes: [original] },
    ],
    [
      'stays while its owner waits for a fsid',
      'NoFsid',
      { ...exchanged, secrets: secrets.slice(1), classes: [original] },
    ],
    [
      'goes while its owner waits for a fsid, when a MirrorPeer of another StorageCluster has left it behind',
      'absent',
      { ...exchanged, secrets: secrets.slice(1), classes: [ofElsewhere] },
    ],
    [
      'stays while its owner waits for a fsid, when it is a user’s of another StorageCluster',
      'NoFsid',
      {
        ...exchanged,
        secrets: secrets.slice(1),
        classes: [{ ...ofElsewhere, metadata: { name: key.name } }],
      },
    ],
    [
      'stays for another MirrorPeer with the interval',
      'present',
      { ...exchanged, mirrorPeers: [...leaving, mirrorPeer({ name: 'other' })] },
    ],
  ])('%s', (_, expected, clusters) => expect(answer(clusters)).toBe(expected))

  it('takes the fsid of external Ceph from rook-ceph-mon', () => {
    const external: Clusters = {
      ...exchanged,
      storageClusters: [storageCluster({ externalStorage: { enable: true } })],
      secrets: [
        { metadata: { namespace, name: 'rook-ceph-mon' }, data: { fsid: base64(fsids[0]) } },
        exchangedSecret(refOf('cluster2'), fsids[1]),
      ],
    }
    expect(objectOf(wantedOf('volume-replication-class', key, external))).toEqual(bare(original))
  })

  it('is of both fsids though the other side’s StorageCluster has another name and namespace', () => {
    const other = refOf('cluster2', { name: 'their-storage', namespace: 'their-namespace' })
    const clusters: Clusters = {
      ...exchanged,
      mirrorPeers: [mirrorPeer({ items: [refOf('cluster1'), other] })],
      secrets: [ownTokenSecret(fsids[0]), exchangedSecret(other, fsids[1])],
    }
    expect(objectOf(wantedOf('volume-replication-class', key, clusters))).toEqual(bare(original))
    const elsewhere = exchangedSecret(other, fsids[1], { namespace: 'their-namespace' })
    expect(answer({ ...clusters, secrets: [ownTokenSecret(fsids[0]), elsewhere] })).toBe('NoFsid')
  })

  it('is told apart from what another driver serves under its name, and made again when anything else differs', () => {
    const rule = app.derived.find(({ name }) => name === 'volume-replication-class')
    const wanted = objectOf<VolumeReplicationClass>(wantedOf('volume-replication-class', key, exchanged))
    const isOurs = (there: VolumeReplicationClass): boolean | undefined => rule?.ours?.(there, key, wanted)
    const { provisioner = '' } = original.spec ?? {}
    expect(isOurs(usersOwn({ spec: { ...original.spec, provisioner: 'csi.another.example' } }))).toBe(false)
    expect(isOurs(usersOwn({ spec: { provisioner: '' } }))).toBe(false)
    expect(isOurs(usersOwn({ spec: { provisioner, parameters: {} } }))).toBe(true)
    expect(isOurs(usersOwn({ metadata: { name: key.name } }))).toBe(true)
    const elders = { ...original.spec, provisioner: 'elsewhere.rbd.csi.ceph.com' }
    expect(isOurs(usersOwn({ spec: elders }))).toBe(true)
  })
})
