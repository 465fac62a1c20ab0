import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  drCluster,
  eventually,
  hubCrds,
  klusterletGroup,
  klusterletUser,
  kubelet,
  managedCluster,
  manualClock,
  namespace,
  ocmHub,
  ocmSpoke,
  ramen,
  spokeCrds,
  startCluster,
  storage,
  storageCluster,
} from '@odfmo/testkit'
import type { InMemoryCluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'

const clusters = { apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster' }
const works = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork' }
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' }

let hub: InMemoryCluster
let spoke: InMemoryCluster
const clock = manualClock()
beforeEach(async () => {
  hub = await startCluster({ name: 'hub', crds: hubCrds, clock })
  spoke = await startCluster({ name: 'cluster1', crds: spokeCrds, clock })
})
afterEach(async () => {
  await hub.stop()
  await spoke.stop()
})

const available = (): string | undefined => {
  const status = hub.get(clusters, { name: 'cluster1' })?.['status'] as
    | { conditions?: readonly { type: string; status: string }[] }
    | undefined
  return status?.conditions?.find(({ type }) => type === 'ManagedClusterConditionAvailable')?.status
}

it('plays OCM', async () => {
  const hubSide = await ocmHub({ hub: hub.kubeconfig(), clock })
  await hub.apply(managedCluster())
  await hub.wait(() =>
    hub
      .list({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' }, 'cluster1')
      .find(({ metadata }) => metadata.name?.endsWith('work')),
  )
  const klusterlet = await ocmSpoke({
    clusterName: 'cluster1',
    hub: hub.kubeconfig({ user: klusterletUser('cluster1'), groups: [klusterletGroup('cluster1')] }),
    spoke: spoke.kubeconfig(),
    clock,
    manifestFails: ({ metadata }) => (metadata.name === 'refused' ? 'exceeded quota' : undefined),
  })
  await eventually(hub, () => expect(available()).toBe('True'))

  await hub.apply({
    ...works,
    metadata: { namespace: 'cluster1', name: 'w' },
    spec: {
      workload: { manifests: [{ ...configMap, metadata: { name: 'refused', namespace: 'default' } }] },
    },
  })
  await eventually(hub, () =>
    expect(JSON.stringify(hub.get(works, { namespace: 'cluster1', name: 'w' }))).toContain('exceeded quota'),
  )

  klusterlet.pause() // its Lease is not renewed: after five times its duration the hub says Unknown
  await expect.poll(() => (clock.advance(60_000), available())).toBe('Unknown')
  klusterlet.resume()

  await klusterlet.stop()
  await hubSide.stop()
})

it('plays storage', async () => {
  const cephClusters = { apiVersion: 'ceph.rook.io/v1', kind: 'CephCluster' }
  await spoke.apply(namespace('openshift-storage'))

  const odf = await storage({ spoke: spoke.kubeconfig(), seed: 'a' })
  await spoke.apply(storageCluster())
  const ceph = await spoke.wait(() => spoke.list(cephClusters, 'openshift-storage')[0])
  await eventually(spoke, () =>
    expect(JSON.stringify(spoke.list(cephClusters))).toContain(odf.fsid('ocs-storagecluster')),
  )
  await odf.rotateKey('ocs-storagecluster')
  await odf.reinstall('ocs-storagecluster') // another fsid, other keys
  await odf.setMirroringHealth('ocs-storagecluster', 'WARNING')
  expect(JSON.stringify(spoke.list(cephClusters))).not.toEqual(JSON.stringify([ceph]))

  await odf.stop()
})

it('plays Ramen', async () => {
  const drClusters = { apiVersion: 'ramendr.openshift.io/v1alpha1', kind: 'DRCluster' }
  await hub.apply(namespace('openshift-operators'))

  const operator = await ramen({ hub: hub.kubeconfig(), namespace: 'openshift-operators', rewrites: true })
  await hub.apply(drCluster())
  await eventually(hub, () => expect(JSON.stringify(hub.list(drClusters))).toContain('Validated'))
  await operator.restart() // its configuration is written anew, without profiles

  await operator.stop()
})

it('plays a kubelet', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'readme-'))
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'agent', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: {
        metadata: { labels: { app: 'agent' } },
        spec: { containers: [{ name: 'agent', image: 'example/agent:1' }] },
      },
    },
  }

  const node = await kubelet({
    cluster: spoke.kubeconfig(),
    dir, // volumes, tokens and logs
    images: { 'example/agent:1': { command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] } },
    nodeLease: true,
    crashBackOff: { firstMs: 50 },
  })
  await spoke.apply(deployment)
  await eventually(spoke, () => expect(node.pids()).toHaveLength(1), { timeoutMs: 30_000 })
  const [killed] = node.kill('agent') // restarted as after a crash
  await expect.poll(() => node.pids().map(({ pid }) => pid === killed)).toEqual([false])

  await node.stop()
  await rm(dir, { recursive: true })
})
