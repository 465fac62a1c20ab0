import { contract, kinds, mirrorPeerCrd } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { eventually, hubCrds, startCluster, type Cluster } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { hubRbac } from './rbac.ts'
import { managedCluster, podNamespace } from './test/builders.ts'
import { conditionOf, find, list, peer, writesOf } from './test/hub-cluster.ts'
import { hubUser, startHub, type HubProcess } from './test/hub-process.ts'
import { ramenConfigMap } from './test/hub-world.ts'
import { asCreated, delivered, quiet, scene } from './test/scene.ts'

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
const ramenGroup = kinds.DRCluster.group
const isRamens = ({ spec }: (typeof hubCrds)[number]): boolean => spec.group === ramenGroup

let cluster: Cluster
let hub: HubProcess
afterEach(async () => {
  await hub.stop()
  await cluster.stop()
})

describe('what comes late is noticed at once', () => {
  it('Ramen’s kinds and config, clusters and their namespaces, in any order', async () => {
    cluster = await startCluster({
      name: 'hub',
      crds: [mirrorPeerCrd, ...hubCrds.filter((crd) => !isRamens(crd))],
    })
    await cluster.apply(namespace(podNamespace), ...hubRbac(podNamespace))
    hub = await startHub(cluster)
    await cluster.apply(asCreated())
    await eventually(cluster, () => {
      expect(conditionOf(peer(cluster), 'Validated')).toMatchObject({
        status: 'False',
        reason: 'ClusterNotFound',
      })
      expect(peer(cluster).metadata.finalizers).toBeUndefined()
    })
    await cluster.apply(managedCluster('cluster1'), managedCluster('cluster2', { accepted: false }))
    await eventually(cluster, () =>
      expect(conditionOf(peer(cluster), 'Validated')?.reason).toBe('ClusterNotAccepted'),
    )
    await cluster.apply(managedCluster('cluster2'))
    await eventually(cluster, () =>
      expect(conditionOf(peer(cluster), 'AddonsReady')?.reason).toBe('NoNamespace'),
    )
    await cluster.apply(namespace('cluster1'), namespace('cluster2'))
    await eventually(cluster, () => expect(list(cluster, kinds.ManagedClusterAddOn)).toHaveLength(2))
    await cluster.apply(...delivered)
    await eventually(cluster, () => {
      expect(peer(cluster).status?.phase).toBe('ExchangedSecret')
      expect(conditionOf(peer(cluster), 'DRClustersReady')?.reason).toBe('KindNotServed')
      expect(conditionOf(peer(cluster), 'S3ProfilesSynced')?.reason).toBe('NoRamenConfig')
    })
    await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', ...ramenConfigMap() })
    await eventually(cluster, () =>
      expect(conditionOf(peer(cluster), 'S3ProfilesSynced')?.status).toBe('True'),
    )
    await cluster.installCrds(hubCrds.filter(isRamens))
    await eventually(cluster, () =>
      expect(conditionOf(peer(cluster), 'DRClustersReady')?.status).toBe('True'),
    )
  }, 30_000)
})

describe('a DRCluster that cannot be changed', () => {
  it('is tried once, told, and not tried again by a hub that starts anew', async () => {
    const stage = await scene()
    cluster = stage.cluster
    const users = {
      apiVersion: 'ramendr.openshift.io/v1alpha1',
      kind: 'DRCluster',
      metadata: { name: 'cluster1' },
    }
    await cluster.apply({ ...users, spec: { region: 'old', s3ProfileName: 'old' } })
    cluster.faults.add({
      match: { verb: 'patch', resource: `drclusters.${ramenGroup}` },
      fault: { kind: 'status', code: 422, reason: 'Invalid' },
    })
    hub = await startHub(cluster)
    await cluster.apply(asCreated(), ...delivered)
    const tries = () => cluster.requests.all({ verb: 'patch', resource: `drclusters.${ramenGroup}` }).length
    await eventually(cluster, () =>
      expect(conditionOf(peer(cluster), 'DRClustersReady')).toMatchObject({
        status: 'False',
        reason: 'DRClusterRefused',
      }),
    )
    await quiet()
    expect(tries()).toBe(1)
    await hub.stop()
    const before = writesOf(cluster, hubUser).length
    hub = await startHub(cluster)
    await quiet()
    expect(tries()).toBe(1)
    expect(writesOf(cluster, hubUser)).toHaveLength(before)

    // A user who deletes it gets a right one.
    await stage.remove(kinds.DRCluster, { name: 'cluster1' })
    await eventually(cluster, () => {
      expect(find(cluster, kinds.DRCluster, { name: 'cluster1' })?.metadata.labels).toEqual({
        [contract.label.createdBy]: 'mirrorpeer',
      })
      expect(conditionOf(peer(cluster), 'DRClustersReady')?.status).toBe('True')
    })
  }, 30_000)
})

describe('rights that are missing', () => {
  it('block what reads the kind and nothing is taken for gone', async () => {
    const stage = await scene()
    cluster = stage.cluster
    hub = await startHub(cluster)
    await cluster.apply(asCreated(), ...delivered)
    await stage.converged()
    await hub.stop()
    cluster.faults.add({
      match: { verb: 'list', resource: 'managedclusters.cluster.open-cluster-management.io', user: hubUser },
      fault: { kind: 'status', code: 403, reason: 'Forbidden' },
    })
    const before = writesOf(cluster, hubUser).length
    hub = await startHub(cluster)
    await quiet()
    expect(writesOf(cluster, hubUser)).toHaveLength(before)
    expect(hub.unsettled().join('\n')).toContain('managedclusters')
    cluster.faults.clear()
  }, 30_000)
})
