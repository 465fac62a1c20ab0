import {
  apiVersionOf,
  contract,
  kinds,
  type StorageClass,
  type VolumeReplicationClass,
} from '@odfmo/api-types'
import { volumeReplicationClassName } from '@odfmo/secret-naming'
import { afterEach, expect, it } from 'vitest'
import { namespace } from './agent-rights.ts'
import { deleted, spokeOf } from './expect-exchanged.ts'
import { mirrorPeer, settled, startFleet, storageClusterName, type Fleet } from './fleet.ts'

let fleet: Fleet | undefined

afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

const { storageId, replicationId } = contract.label
const parameter = contract.replicationParameter

const storageClass = (
  name: string,
  provisioner: string,
  labels: Readonly<Record<string, string>>,
): StorageClass => ({
  apiVersion: apiVersionOf(kinds.StorageClass),
  kind: 'StorageClass',
  metadata: { name, labels },
  provisioner,
})

const replicationClass = (
  name: string,
  spec: Partial<VolumeReplicationClass['spec']> = {},
): VolumeReplicationClass => ({
  apiVersion: apiVersionOf(kinds.VolumeReplicationClass),
  kind: 'VolumeReplicationClass',
  metadata: { name, labels: { [replicationId]: 'a-users-own', mine: 'yes' } },
  spec: {
    provisioner: `${namespace}.rbd.csi.ceph.com`,
    parameters: { [parameter.mirroringMode]: 'journal', [parameter.schedulingInterval]: '7m' },
    ...spec,
  },
})

/** What an object says, without what a server adds. */
const said = (object: object | undefined): unknown =>
  object === undefined
    ? undefined
    : JSON.parse(
        JSON.stringify(object, (key, value: unknown) => (key === 'managedFields' ? undefined : value)),
      )

it('labels StorageClasses that appear later, makes an immutable class again, and leaves users’ own as they are', async () => {
  const started = await startFleet()
  fleet = started
  const spoke = spokeOf(started, 'cluster1')
  const ours = volumeReplicationClassName('5m')
  const anothers = volumeReplicationClassName('30m')
  const users = [
    replicationClass('a-users-own'),
    replicationClass(`${ours}-mine`, { parameters: { [parameter.schedulingInterval]: '5m' } }),
    // A name of ours, and yet of another driver.
    replicationClass(anothers, { provisioner: 'csi.another.example', parameters: {} }),
    storageClass('of-another-driver', 'csi.another.example', { [storageId]: 'theirs' }),
    storageClass('of-another-namespace', 'elsewhere.rbd.csi.ceph.com', { mine: 'yes' }),
  ]
  const usersNow = (): Promise<unknown> =>
    Promise.all(
      users.map(async ({ kind, metadata: { name = '' } }) =>
        said(
          kind === 'StorageClass'
            ? await started.get(spoke, kinds.StorageClass, { name })
            : await started.get(spoke, kinds.VolumeReplicationClass, { name }),
        ),
      ),
    )
  await spoke.apply(...users, replicationClass(ours))
  const before = await usersNow()
  const wrong = await started.get(spoke, kinds.VolumeReplicationClass, { name: ours })
  for (const name of ['cluster1', 'cluster2']) await started.startAgent(name)
  const agent = await started.startAgent('cluster1')
  await started.hub.apply(mirrorPeer('mirrorpeer-sample', { schedulingIntervals: ['5m', '30m'] }))

  const fsid = started.storage['cluster1']?.fsid(storageClusterName)
  await settled(started, async () => {
    const made = await started.get(spoke, kinds.VolumeReplicationClass, { name: ours })
    expect(made?.spec).toEqual({
      provisioner: `${namespace}.rbd.csi.ceph.com`,
      parameters: {
        [parameter.mirroringMode]: 'snapshot',
        [parameter.schedulingInterval]: '5m',
        [parameter.secretName]: 'rook-csi-rbd-provisioner',
        [parameter.secretNamespace]: namespace,
      },
    })
    expect(made?.metadata.uid).not.toBe(wrong?.metadata.uid)
  })
  const labelsOf = async (name: string): Promise<unknown> =>
    (await started.get(spoke, kinds.StorageClass, { name }))?.metadata.labels
  const later = {
    'later-rbd': `${namespace}.rbd.csi.ceph.com`,
    'later-cephfs': `${namespace}.cephfs.csi.ceph.com`,
  }
  for (const [name, provisioner] of Object.entries(later))
    await spoke.apply(storageClass(name, provisioner, { mine: 'yes' }))
  await settled(started, async () => {
    for (const name of Object.keys(later))
      expect(await labelsOf(name)).toEqual({ mine: 'yes', [storageId]: fsid })
    const refused = agent.engine
      .explain('volume-replication-class')
      .filter(({ state }) => state.is === 'failed')
    expect(refused.map(({ key: { name } }) => name)).toEqual([anothers])
  })
  expect(await usersNow()).toEqual(before)

  await deleted(started)
  expect(await started.get(spoke, kinds.VolumeReplicationClass, { name: ours })).toBeUndefined()
  for (const name of Object.keys(later)) expect(await labelsOf(name)).toEqual({ mine: 'yes' })
  expect(await usersNow()).toEqual(before)
}, 300_000)
