import { contract, kinds, mirrorPeerCrd, type ClusterRole } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { isForbidden } from '@odfmo/controller-kit'
import { eventually, hubCrds, journalOf, startTestCluster, type Cluster } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { hubRbac } from './rbac.ts'
import { managedCluster, podNamespace } from './test/builders.ts'
import { conditionOf, find, list, peer } from './test/hub-cluster.ts'
import { clientOf } from './test/client-of.ts'
import { writesOf } from './test/journal.ts'
import { hubUser, startHub, type HubProcess } from './test/hub-process.ts'
import { ramenConfigMap } from './test/hub-world.ts'
import { asCreated, delivered, quiet, scene } from './test/scene.ts'

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
const ramenGroup = kinds.DRCluster.group
const isRamens = ({ spec }: (typeof hubCrds)[number]): boolean => spec.group === ramenGroup

/** As Ramen's own definition has it: the region of a DRCluster stays what it was. */
const withFixedRegion = (crd: (typeof hubCrds)[number]): (typeof hubCrds)[number] => {
  if (crd.metadata.name !== `drclusters.${ramenGroup}`) return crd
  const text = JSON.stringify(crd)
  return JSON.parse(
    text.replace('"region":{', '"region":{"x-kubernetes-validations":[{"rule":"self == oldSelf"}],'),
  ) as typeof crd
}

const withoutManagedClusters = (object: KubeObject): KubeObject => {
  const { rules } = object as ClusterRole
  if (rules === undefined) return object
  const others = rules.filter(({ resources = [] }) => !resources.includes(kinds.ManagedCluster.plural))
  return { ...object, rules: others } as KubeObject
}

let cluster: Cluster
let hub: HubProcess
afterEach(async () => {
  await hub.stop()
  await cluster.stop()
})

/** All is done that can be: the DRCluster alone is not as wanted. */
const settledButRefused = (of: HubProcess): Promise<void> =>
  expect.poll(() => of.engine.pending === 0 && of.unsettled().length <= 1).toBe(true)

describe('what comes late is noticed at once', () => {
  it('Ramen’s kinds and config, clusters and their namespaces, in any order', async () => {
    cluster = await startTestCluster({
      name: 'hub',
      crds: [mirrorPeerCrd, ...hubCrds.filter((crd) => !isRamens(crd))],
    })
    await cluster.apply(namespace(podNamespace), ...hubRbac(podNamespace))
    hub = await startHub(cluster)
    await cluster.apply(asCreated())
    await eventually(cluster, async () => {
      expect(conditionOf(await peer(cluster), 'Validated')).toMatchObject({
        status: 'False',
        reason: 'ClusterNotFound',
      })
      expect((await peer(cluster)).metadata.finalizers).toBeUndefined()
    })
    await cluster.apply(managedCluster('cluster1'), managedCluster('cluster2', { accepted: false }))
    await eventually(cluster, async () =>
      expect(conditionOf(await peer(cluster), 'Validated')?.reason).toBe('ClusterNotAccepted'),
    )
    await cluster.apply(managedCluster('cluster2'))
    await eventually(cluster, async () =>
      expect(conditionOf(await peer(cluster), 'AddonsReady')?.reason).toBe('NoNamespace'),
    )
    await cluster.apply(namespace('cluster1'), namespace('cluster2'))
    await eventually(cluster, async () =>
      expect(await list(cluster, kinds.ManagedClusterAddOn)).toHaveLength(2),
    )
    await cluster.apply(...delivered)
    await eventually(cluster, async () => {
      expect((await peer(cluster)).status?.phase).toBe('ExchangedSecret')
      expect(conditionOf(await peer(cluster), 'DRClustersReady')?.reason).toBe('KindNotServed')
      expect(conditionOf(await peer(cluster), 'S3ProfilesSynced')?.reason).toBe('NoRamenConfig')
    })
    await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', ...ramenConfigMap() })
    await eventually(cluster, async () =>
      expect(conditionOf(await peer(cluster), 'S3ProfilesSynced')?.status).toBe('True'),
    )
    await cluster.installCrds(hubCrds.filter(isRamens))
    await eventually(cluster, async () =>
      expect(conditionOf(await peer(cluster), 'DRClustersReady')?.status).toBe('True'),
    )
  })
})

describe('a DRCluster that cannot be changed', () => {
  it('is tried once, told, and not tried again by a hub that starts anew', async () => {
    const stage = await scene({ crds: hubCrds.map(withFixedRegion) })
    cluster = stage.cluster
    const users = {
      apiVersion: 'ramendr.openshift.io/v1alpha1',
      kind: 'DRCluster',
      metadata: { name: 'cluster1' },
    }
    await cluster.apply({ ...users, spec: { region: 'old', s3ProfileName: 'old' } })
    hub = await startHub(cluster)
    await cluster.apply(asCreated(), ...delivered)
    const tries = async () =>
      (await journalOf(cluster)).all({ verb: 'patch', resource: `drclusters.${ramenGroup}`, status: 422 })
        .length
    await eventually(cluster, async () =>
      expect(conditionOf(await peer(cluster), 'DRClustersReady')).toMatchObject({
        status: 'False',
        reason: 'DRClusterRefused',
      }),
    )
    await settledButRefused(hub)
    await quiet()
    expect(await tries()).toBe(1)
    await hub.stop()
    const before = (await writesOf(cluster, hubUser)).length
    hub = await startHub(cluster)
    await settledButRefused(hub)
    await quiet()
    expect(await tries()).toBe(1)
    expect(await writesOf(cluster, hubUser)).toHaveLength(before)

    // A user who deletes it gets a right one.
    await stage.remove(kinds.DRCluster, { name: 'cluster1' })
    await eventually(cluster, async () => {
      expect((await find(cluster, kinds.DRCluster, { name: 'cluster1' }))?.metadata.labels).toEqual({
        [contract.label.createdBy]: 'mirrorpeer',
      })
      expect(conditionOf(await peer(cluster), 'DRClustersReady')?.status).toBe('True')
    })
  })
})

describe('rights that are missing', () => {
  it('block what reads the kind and nothing is taken for gone', async () => {
    const stage = await scene()
    cluster = stage.cluster
    hub = await startHub(cluster)
    await cluster.apply(asCreated(), ...delivered)
    await stage.converged()
    await hub.stop()
    await cluster.apply(...hubRbac(podNamespace).map(withoutManagedClusters))
    const refused = await clientOf(cluster, { user: hubUser })
    await expect.poll(() => refused.list(kinds.ManagedCluster).then(() => 'listed', isForbidden)).toBe(true)
    await refused.close()
    const before = (await writesOf(cluster, hubUser)).length
    hub = await startHub(cluster)
    const { informers } = hub.manager
    await expect
      .poll(() => informers.unsynced().map(({ why }) => why))
      .toEqual([expect.stringContaining('managedclusters')])
    await quiet()
    expect(await writesOf(cluster, hubUser)).toHaveLength(before)
    expect(hub.unsettled().join('\n')).toContain('managedclusters')
  })
})
