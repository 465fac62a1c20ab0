import { contract, kinds, type ConfigMap } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { spokeFinalizer } from '@odfmo/secret-naming'
import { eventually, startCluster, type Cluster, type MaybePromise } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blue, greenKey, managedCluster, peerRef, podNamespace, s3 } from './test/builders.ts'
import { conditionOf, find, get, list, peer } from './test/hub-cluster.ts'
import { hubUser } from './test/hub-process.ts'
import { asCreated, delivered, one, scene, two, type Scene } from './test/scene.ts'

const name = 'mirrorpeer-sample'
const green = greenKey(one, two)
const configKey = { namespace: podNamespace, name: contract.ramen.configMap }

let stage: Scene
let cluster: Cluster
const clusters = ['cluster1', 'cluster2', 'cluster3']
/** A MirrorPeer with all its effects is there. */
const begin = async (started: Scene): Promise<void> => {
  stage = started
  cluster = started.cluster
  await stage.start()
  await cluster.apply(asCreated(), ...delivered)
  await stage.converged()
}
const beginEach = (): void => beforeEach(async () => begin(await scene({ clusters })))
afterEach(() => stage.end())

const config = async (): Promise<string> =>
  (await get<ConfigMap>(cluster, kinds.ConfigMap, configKey)).data?.[contract.ramen.configKey] ?? ''
const soon = (check: () => MaybePromise<void>): Promise<void> => eventually(cluster, check)

describe('what happens to a secret on the hub', () => {
  beginEach()

  it('a rotated token reaches its copy', async () => {
    const rotated = blue(one, { key: 'rotated' })
    await stage.edit(kinds.Secret, keyOf(rotated), { data: rotated.data })
    await soon(async () =>
      expect((await get(cluster, kinds.Secret, green)).data?.['secret-data']).toBe(
        rotated.data?.['secret-data'],
      ),
    )
  })

  it('a green secret edited, deleted or stripped of its label by hand is restored', async () => {
    const before = await get(cluster, kinds.Secret, green)
    await stage.edit(kinds.Secret, green, { data: { 'secret-data': 'eA==', more: 'eA==' } })
    await soon(async () => expect((await get(cluster, kinds.Secret, green)).data).toEqual(before.data))
    await stage.remove(kinds.Secret, green)
    await soon(async () => expect((await get(cluster, kinds.Secret, green)).data).toEqual(before.data))
    for (const label of [null, 'BLUE']) {
      await stage.edit(kinds.Secret, green, { metadata: { labels: { [contract.label.secretType]: label } } })
      await soon(async () =>
        expect((await get(cluster, kinds.Secret, green)).metadata.labels).toEqual(before.metadata.labels),
      )
    }
  })

  it('a blue secret that goes takes the phase along, not its copy; when it comes again all is well', async () => {
    await stage.remove(kinds.Secret, keyOf(blue(one)))
    await soon(async () => {
      expect((await peer(cluster)).status?.phase).toBe('ExchangingSecret')
      expect(conditionOf(await peer(cluster), 'SecretsExchanged')?.reason).toBe('NoBlueSecret')
    })
    expect(await find(cluster, kinds.Secret, green)).toBeDefined()
    await cluster.apply(blue(one))
    await stage.converged()
  })

  it('a blue secret whose label is taken off is none, and is one again with it', async () => {
    const labelled = (label: string | null) =>
      stage.edit(kinds.Secret, keyOf(blue(one)), {
        metadata: { labels: { [contract.label.secretType]: label } },
      })
    await labelled(null)
    await soon(async () => expect((await peer(cluster)).status?.phase).toBe('ExchangingSecret'))
    await labelled('BLUE')
    await stage.converged()
  })

  it('a changed bucket reaches Ramen’s config and its secret', async () => {
    const changed = s3(one, { s3Bucket: 'chosen-by-hand', AWS_ACCESS_KEY_ID: 'rotated' })
    await stage.edit(kinds.Secret, keyOf(changed), { data: changed.data })
    await soon(async () => {
      expect(await config()).toContain('s3Bucket: chosen-by-hand')
      const { data } = await get(cluster, kinds.Secret, {
        namespace: podNamespace,
        name: changed.metadata.name ?? '',
      })
      expect(data?.['AWS_ACCESS_KEY_ID']).toBe(Buffer.from('rotated').toString('base64'))
    })
  })

  it('an S3 secret that names another profile writes nothing and is told', async () => {
    const before = await config()
    const forged = s3(one, { s3ProfileName: 's3profile-cluster2-ocs-storagecluster', s3Bucket: 'evil' })
    await stage.edit(kinds.Secret, keyOf(forged), { data: forged.data })
    await soon(async () =>
      expect(conditionOf(await peer(cluster), 'S3ProfilesSynced')?.reason).toBe('InvalidS3Secret'),
    )
    expect(await config()).toBe(before)
    await soon(async () =>
      expect((await list(cluster, kinds.Event)).some(({ reason }) => reason === 'InvalidS3Secret')).toBe(
        true,
      ),
    )
  })

  it('a green copy of the wrong type is deleted and made again', async () => {
    const { metadata, data } = await get(cluster, kinds.Secret, green)
    await stage.remove(kinds.Secret, green)
    await stage
      .create(kinds.Secret, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...green, labels: metadata.labels },
        type: contract.secretType.agent,
        data,
      } as never)
      // The hub may have been faster, which is as good.
      .catch(() => undefined)
    await soon(async () => expect((await get(cluster, kinds.Secret, green)).type).toBe('Opaque'))
  })
})

describe('what happens to what the hub made', () => {
  beginEach()

  const addOn = { namespace: 'cluster1', name: 'tokenexchange' }

  it('an add-on that drifted is set back, one that was deleted is made again; others’ annotations stay', async () => {
    await stage.edit(kinds.ManagedClusterAddOn, addOn, {
      metadata: { annotations: { theirs: 'x', [contract.annotation.mode]: null } },
      spec: { installNamespace: 'drifted' },
    })
    await soon(async () => {
      const { spec, metadata } = await get(cluster, kinds.ManagedClusterAddOn, addOn)
      expect(spec?.installNamespace).toBe('openshift-storage')
      expect(metadata.annotations).toEqual({ theirs: 'x', [contract.annotation.mode]: 'async' })
    })
    const { uid } = (await get(cluster, kinds.ManagedClusterAddOn, addOn)).metadata
    await stage.remove(kinds.ManagedClusterAddOn, addOn)
    await soon(async () =>
      expect((await get(cluster, kinds.ManagedClusterAddOn, addOn)).metadata.uid).not.toBe(uid),
    )
  })

  it('Ramen’s config rewritten without our profiles gets them again; gone and back, too', async () => {
    await stage.edit(kinds.ConfigMap, configKey, {
      data: { [contract.ramen.configKey]: 'kind: RamenConfig\n' },
    })
    await soon(async () => expect(await config()).toContain('s3profile-cluster2-ocs-storagecluster'))
    await stage.remove(kinds.ConfigMap, configKey)
    await soon(async () =>
      expect(conditionOf(await peer(cluster), 'S3ProfilesSynced')?.reason).toBe('NoRamenConfig'),
    )
    await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: configKey })
    await stage.converged()
    expect(await config()).toContain('s3profile-cluster1-ocs-storagecluster')
  })

  it('Ramen’s config that is no YAML is told and never overwritten', async () => {
    await stage.edit(kinds.ConfigMap, configKey, { data: { [contract.ramen.configKey]: 'a: [' } })
    await soon(async () =>
      expect(conditionOf(await peer(cluster), 'S3ProfilesSynced')?.reason).toBe('RamenConfigUnreadable'),
    )
    expect(await config()).toBe('a: [')
  })

  it('a DRCluster changed or deleted by hand is right again', async () => {
    const right = (await get(cluster, kinds.DRCluster, { name: 'cluster1' })).spec
    await stage.edit(kinds.DRCluster, { name: 'cluster1' }, { spec: { region: 'wrong' } })
    await soon(async () =>
      expect((await get(cluster, kinds.DRCluster, { name: 'cluster1' })).spec).toEqual(right),
    )
    await stage.remove(kinds.DRCluster, { name: 'cluster1' })
    await soon(async () =>
      expect((await get(cluster, kinds.DRCluster, { name: 'cluster1' })).spec).toEqual(right),
    )
  })

  it('our finalizer and label taken off by hand come back, and nothing goes meanwhile', async () => {
    const { uid } = (await get(cluster, kinds.Secret, green)).metadata
    await stage.edit(kinds.MirrorPeer, { name }, { metadata: { finalizers: null, labels: null } })
    await soon(async () => {
      expect((await peer(cluster)).metadata.finalizers).toEqual([contract.finalizer.hub])
      expect((await peer(cluster)).metadata.labels).toEqual({ [contract.label.backup]: 'resource' })
    })
    expect((await get(cluster, kinds.Secret, green)).metadata.uid).toBe(uid)
  })
})

describe('what happens to a MirrorPeer and its clusters', () => {
  beginEach()

  it('manageS3 off takes profile and keys away, on brings them back', async () => {
    await stage.edit(kinds.MirrorPeer, { name }, { spec: { manageS3: false } })
    await soon(async () => {
      expect(await config()).toContain('s3StoreProfiles: []')
      expect(
        (await list(cluster, kinds.Secret)).filter(({ metadata }) => metadata.namespace === podNamespace),
      ).toEqual([])
    })
    expect(await list(cluster, kinds.DRCluster)).toHaveLength(2)
    await stage.edit(kinds.MirrorPeer, { name }, { spec: { manageS3: true } })
    await stage.converged()
  })

  it('a ManagedCluster that goes makes it invalid; when it comes again all is well', async () => {
    await stage.remove(kinds.ManagedCluster, { name: 'cluster2' })
    await soon(async () => {
      expect(conditionOf(await peer(cluster), 'Validated')).toMatchObject({
        status: 'False',
        reason: 'ClusterNotFound',
      })
      expect((await list(cluster, kinds.Event)).some(({ reason }) => reason === 'ClusterNotFound')).toBe(true)
    })
    await cluster.apply(managedCluster('cluster2'))
    await stage.converged()
  })

  it('deleted while its clusters are gone it goes all the same, with an Event for the finalizers nobody could take off', async () => {
    await stage.agentsJoin()
    await stage.remove(kinds.ManagedCluster, { name: 'cluster1' })
    await stage.remove(kinds.ManagedCluster, { name: 'cluster2' })
    await stage.remove(kinds.MirrorPeer, { name })
    await soon(async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
    await soon(async () => {
      const removed = (await list(cluster, kinds.Event)).filter(
        ({ reason }) => reason === 'SpokeFinalizerRemoved',
      )
      expect(removed.map(({ note }) => note).join()).toContain(spokeFinalizer('cluster1'))
    })
    for (const secret of delivered) expect(await find(cluster, kinds.Secret, keyOf(secret))).toBeUndefined()
  })

  it('what another MirrorPeer shares stays when one is deleted', async () => {
    const three = peerRef('cluster3')
    await cluster.apply(
      asCreated({ name: 'other', spec: { items: [one, three], schedulingIntervals: ['10m'] } }),
      blue(three),
      s3(three),
    )
    await stage.converged('other')
    await soon(async () => {
      const { metadata } = await get(cluster, kinds.ManagedClusterAddOn, {
        namespace: 'cluster1',
        name: 'tokenexchange',
      })
      expect(metadata.ownerReferences?.filter(({ kind }) => kind === 'MirrorPeer')).toHaveLength(2)
    })
    await stage.remove(kinds.MirrorPeer, { name })
    await soon(async () => expect(await list(cluster, kinds.MirrorPeer)).toHaveLength(1))
    await stage.converged('other')
    expect(await find(cluster, kinds.Secret, keyOf(blue(one)))).toBeDefined()
    expect(await find(cluster, kinds.Secret, greenKey(one, three))).toBeDefined()
    expect(await find(cluster, kinds.Secret, green)).toBeUndefined()
    expect((await list(cluster, kinds.DRCluster)).map(({ metadata }) => metadata.name)).toEqual([
      'cluster1',
      'cluster3',
    ])
    expect(await config()).not.toContain('s3profile-cluster2-')
    const { metadata } = await get(cluster, kinds.ManagedClusterAddOn, {
      namespace: 'cluster1',
      name: 'tokenexchange',
    })
    expect(
      metadata.ownerReferences?.filter(({ kind }) => kind === 'MirrorPeer').map((owner) => owner.name),
    ).toEqual(['other'])
  })
})

// In memory: a server that fails on demand.
describe('what happens when the server fails', () => {
  it('an error in cleaning up keeps the finalizer until it is over', async () => {
    const failing = await scene({ clusters, start: startCluster })
    await begin(failing)
    const { faults, requests } = failing.cluster
    const fault = faults.add({
      match: { verb: 'delete', resource: 'secrets', user: hubUser },
      fault: { kind: 'status', code: 500 },
    })
    await stage.remove(kinds.MirrorPeer, { name })
    await soon(async () =>
      expect((await peer(cluster)).status?.message).toContain('waiting until these are gone: '),
    )
    await soon(() =>
      expect(requests.all({ verb: 'delete', resource: 'secrets', status: 500 }).length).toBeGreaterThan(2),
    )
    expect((await peer(cluster)).metadata.finalizers).toEqual([contract.finalizer.hub])
    fault()
    await soon(async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
    for (const secret of delivered) expect(await find(cluster, kinds.Secret, keyOf(secret))).toBeUndefined()
  })
})
