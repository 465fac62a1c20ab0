import { contract, kinds, type ConfigMap } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { spokeFinalizer } from '@odfmo/secret-naming'
import { eventually, type Cluster } from '@odfmo/testkit'
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
beforeEach(async () => {
  stage = await scene(['cluster1', 'cluster2', 'cluster3'])
  cluster = stage.cluster
  await stage.start()
  await cluster.apply(asCreated(), ...delivered)
  await stage.converged()
})
afterEach(() => stage.end())

const config = (): string =>
  get<ConfigMap>(cluster, kinds.ConfigMap, configKey).data?.[contract.ramen.configKey] ?? ''
const soon = (check: () => void): Promise<void> => eventually(cluster, check)

describe('what happens to a secret on the hub', () => {
  it('a rotated token reaches its copy', async () => {
    const rotated = blue(one, { key: 'rotated' })
    await stage.edit(kinds.Secret, keyOf(rotated), { data: rotated.data })
    await soon(() =>
      expect(get(cluster, kinds.Secret, green).data?.['secret-data']).toBe(rotated.data?.['secret-data']),
    )
  })

  it('a green secret edited, deleted or stripped of its label by hand is restored', async () => {
    const before = get(cluster, kinds.Secret, green)
    await stage.edit(kinds.Secret, green, { data: { 'secret-data': 'eA==', more: 'eA==' } })
    await soon(() => expect(get(cluster, kinds.Secret, green).data).toEqual(before.data))
    await stage.remove(kinds.Secret, green)
    await soon(() => expect(get(cluster, kinds.Secret, green).data).toEqual(before.data))
    for (const label of [null, 'BLUE']) {
      await stage.edit(kinds.Secret, green, { metadata: { labels: { [contract.label.secretType]: label } } })
      await soon(() =>
        expect(get(cluster, kinds.Secret, green).metadata.labels).toEqual(before.metadata.labels),
      )
    }
  })

  it('a blue secret that goes takes the phase along, not its copy; when it comes again all is well', async () => {
    await stage.remove(kinds.Secret, keyOf(blue(one)))
    await soon(() => {
      expect(peer(cluster).status?.phase).toBe('ExchangingSecret')
      expect(conditionOf(peer(cluster), 'SecretsExchanged')?.reason).toBe('NoBlueSecret')
    })
    expect(find(cluster, kinds.Secret, green)).toBeDefined()
    await cluster.apply(blue(one))
    await stage.converged()
  })

  it('a changed bucket reaches Ramen’s config and its secret', async () => {
    const changed = s3(one, { s3Bucket: 'odrbucket-000000000000', AWS_ACCESS_KEY_ID: 'rotated' })
    await stage.edit(kinds.Secret, keyOf(changed), { data: changed.data })
    await soon(() => {
      expect(config()).toContain('s3Bucket: odrbucket-000000000000')
      const { data } = get(cluster, kinds.Secret, {
        namespace: podNamespace,
        name: changed.metadata.name ?? '',
      })
      expect(data?.['AWS_ACCESS_KEY_ID']).toBe(Buffer.from('rotated').toString('base64'))
    })
  })

  it('an S3 secret that names another profile writes nothing and is told', async () => {
    const before = config()
    const forged = s3(one, { s3ProfileName: 's3profile-cluster2-ocs-storagecluster', s3Bucket: 'evil' })
    await stage.edit(kinds.Secret, keyOf(forged), { data: forged.data })
    await soon(() => expect(conditionOf(peer(cluster), 'S3ProfilesSynced')?.reason).toBe('InvalidS3Secret'))
    expect(config()).toBe(before)
    await soon(() =>
      expect(list(cluster, kinds.Event).some(({ reason }) => reason === 'InvalidS3Secret')).toBe(true),
    )
  })

  it('a green copy of the wrong type is deleted and made again', async () => {
    const { metadata, data } = get(cluster, kinds.Secret, green)
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
    await soon(() => expect(get(cluster, kinds.Secret, green).type).toBe('Opaque'))
  })
})

describe('what happens to what the hub made', () => {
  const addOn = { namespace: 'cluster1', name: 'tokenexchange' }

  it('an add-on that drifted is set back, one that was deleted is made again; others’ annotations stay', async () => {
    await stage.edit(kinds.ManagedClusterAddOn, addOn, {
      metadata: { annotations: { theirs: 'x', [contract.annotation.mode]: null } },
      spec: { installNamespace: 'drifted' },
    })
    await soon(() => {
      const { spec, metadata } = get(cluster, kinds.ManagedClusterAddOn, addOn)
      expect(spec?.installNamespace).toBe('openshift-storage')
      expect(metadata.annotations).toEqual({ theirs: 'x', [contract.annotation.mode]: 'async' })
    })
    const { uid } = get(cluster, kinds.ManagedClusterAddOn, addOn).metadata
    await stage.remove(kinds.ManagedClusterAddOn, addOn)
    await soon(() => expect(get(cluster, kinds.ManagedClusterAddOn, addOn).metadata.uid).not.toBe(uid))
  })

  it('Ramen’s config rewritten without our profiles gets them again; gone and back, too', async () => {
    await stage.edit(kinds.ConfigMap, configKey, {
      data: { [contract.ramen.configKey]: 'kind: RamenConfig\n' },
    })
    await soon(() => expect(config()).toContain('s3profile-cluster2-ocs-storagecluster'))
    await stage.remove(kinds.ConfigMap, configKey)
    await soon(() => expect(conditionOf(peer(cluster), 'S3ProfilesSynced')?.reason).toBe('NoRamenConfig'))
    await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: configKey })
    await stage.converged()
    expect(config()).toContain('s3profile-cluster1-ocs-storagecluster')
  })

  it('Ramen’s config that is no YAML is told and never overwritten', async () => {
    await stage.edit(kinds.ConfigMap, configKey, { data: { [contract.ramen.configKey]: 'a: [' } })
    await soon(() =>
      expect(conditionOf(peer(cluster), 'S3ProfilesSynced')?.reason).toBe('RamenConfigUnreadable'),
    )
    expect(config()).toBe('a: [')
  })

  it('a DRCluster changed or deleted by hand is right again', async () => {
    const right = get(cluster, kinds.DRCluster, { name: 'cluster1' }).spec
    await stage.edit(kinds.DRCluster, { name: 'cluster1' }, { spec: { region: 'wrong' } })
    await soon(() => expect(get(cluster, kinds.DRCluster, { name: 'cluster1' }).spec).toEqual(right))
    await stage.remove(kinds.DRCluster, { name: 'cluster1' })
    await soon(() => expect(get(cluster, kinds.DRCluster, { name: 'cluster1' }).spec).toEqual(right))
  })

  it('our finalizer and label taken off by hand come back, and nothing goes meanwhile', async () => {
    const { uid } = get(cluster, kinds.Secret, green).metadata
    await stage.edit(kinds.MirrorPeer, { name }, { metadata: { finalizers: null, labels: null } })
    await soon(() => {
      expect(peer(cluster).metadata.finalizers).toEqual([contract.finalizer.hub])
      expect(peer(cluster).metadata.labels).toEqual({ [contract.label.backup]: 'resource' })
    })
    expect(get(cluster, kinds.Secret, green).metadata.uid).toBe(uid)
  })
})

describe('what happens to a MirrorPeer and its clusters', () => {
  it('manageS3 off takes profile and keys away, on brings them back', async () => {
    await stage.edit(kinds.MirrorPeer, { name }, { spec: { manageS3: false } })
    await soon(() => {
      expect(config()).toContain('s3StoreProfiles: []')
      expect(
        list(cluster, kinds.Secret).filter(({ metadata }) => metadata.namespace === podNamespace),
      ).toEqual([])
    })
    expect(list(cluster, kinds.DRCluster)).toHaveLength(2)
    await stage.edit(kinds.MirrorPeer, { name }, { spec: { manageS3: true } })
    await stage.converged()
  })

  it('a ManagedCluster that goes makes it invalid; when it comes again all is well', async () => {
    await stage.remove(kinds.ManagedCluster, { name: 'cluster2' })
    await soon(() => {
      expect(conditionOf(peer(cluster), 'Validated')).toMatchObject({
        status: 'False',
        reason: 'ClusterNotFound',
      })
      expect(list(cluster, kinds.Event).some(({ reason }) => reason === 'ClusterNotFound')).toBe(true)
    })
    await cluster.apply(managedCluster('cluster2'))
    await stage.converged()
  })

  it('deleted while its clusters are gone it goes all the same, with an Event for the finalizers nobody could take off', async () => {
    await stage.agentsJoin()
    await stage.remove(kinds.ManagedCluster, { name: 'cluster1' })
    await stage.remove(kinds.ManagedCluster, { name: 'cluster2' })
    await stage.remove(kinds.MirrorPeer, { name })
    await soon(() => expect(list(cluster, kinds.MirrorPeer)).toEqual([]))
    await soon(() => {
      const removed = list(cluster, kinds.Event).filter(({ reason }) => reason === 'SpokeFinalizerRemoved')
      expect(removed.map(({ note }) => note).join()).toContain(spokeFinalizer('cluster1'))
    })
    for (const secret of delivered) expect(find(cluster, kinds.Secret, keyOf(secret))).toBeUndefined()
  })

  it('what another MirrorPeer shares stays when one is deleted', async () => {
    const three = peerRef('cluster3')
    await cluster.apply(
      asCreated({ name: 'other', spec: { items: [one, three], schedulingIntervals: ['10m'] } }),
      blue(three),
      s3(three),
    )
    await stage.converged('other')
    await soon(() => {
      const { metadata } = get(cluster, kinds.ManagedClusterAddOn, {
        namespace: 'cluster1',
        name: 'tokenexchange',
      })
      expect(metadata.ownerReferences?.filter(({ kind }) => kind === 'MirrorPeer')).toHaveLength(2)
    })
    await stage.remove(kinds.MirrorPeer, { name })
    await soon(() => expect(list(cluster, kinds.MirrorPeer)).toHaveLength(1))
    await stage.converged('other')
    expect(find(cluster, kinds.Secret, keyOf(blue(one)))).toBeDefined()
    expect(find(cluster, kinds.Secret, greenKey(one, three))).toBeDefined()
    expect(find(cluster, kinds.Secret, green)).toBeUndefined()
    expect(list(cluster, kinds.DRCluster).map(({ metadata }) => metadata.name)).toEqual([
      'cluster1',
      'cluster3',
    ])
    expect(config()).not.toContain('s3profile-cluster2-')
    const { metadata } = get(cluster, kinds.ManagedClusterAddOn, {
      namespace: 'cluster1',
      name: 'tokenexchange',
    })
    expect(
      metadata.ownerReferences?.filter(({ kind }) => kind === 'MirrorPeer').map((owner) => owner.name),
    ).toEqual(['other'])
  })

  it('an error in cleaning up keeps the finalizer until it is over', async () => {
    const fault = cluster.faults.add({
      match: { verb: 'delete', resource: 'secrets', user: hubUser },
      fault: { kind: 'status', code: 500 },
    })
    await stage.remove(kinds.MirrorPeer, { name })
    await soon(() => expect(peer(cluster).status?.message).toContain('waiting until these are gone: '))
    await soon(() =>
      expect(
        cluster.requests.all({ verb: 'delete', resource: 'secrets', status: 500 }).length,
      ).toBeGreaterThan(2),
    )
    expect(peer(cluster).metadata.finalizers).toEqual([contract.finalizer.hub])
    fault()
    await soon(() => expect(list(cluster, kinds.MirrorPeer)).toEqual([]))
    for (const secret of delivered) expect(find(cluster, kinds.Secret, keyOf(secret))).toBeUndefined()
  })
})
