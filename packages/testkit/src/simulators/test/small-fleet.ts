import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kinds } from '@odfmo/api-types'
import type { CertificateSigningRequest, ManagedClusterAddOn } from '@odfmo/api-types'
import { managedCluster, namespace } from '../../builders/builders.ts'
import type { Cluster } from '../../cluster.ts'
import type { KubeObject } from '../../kube-object.ts'
import { startCluster } from '../../start-cluster.ts'
import { startTestCluster } from '../../start-test-cluster.ts'
import type { TestClusterOptions } from '../../start-test-cluster.ts'
import { ClusterClient } from '../../access/cluster-client.ts'
import { hubCrds, spokeCrds } from '../crds/crds.ts'
import { klusterletGroup, klusterletUser } from '../ocm-hub/klusterlet-rbac.ts'
import { ocmHub } from '../ocm-hub/ocm-hub.ts'
import { ocmSpoke } from '../ocm-spoke/ocm-spoke.ts'
import type { OcmSpoke, OcmSpokeOptions } from '../ocm-spoke/ocm-spoke.ts'
import type { Simulator } from '../simulator.ts'

/** A hub and one spoke with OCM between them. */
export interface SmallFleet {
  readonly hub: Cluster
  readonly spoke: Cluster
  readonly klusterlet: OcmSpoke
  /** Another one, in place of one that was stopped. */
  startKlusterlet(): Promise<void>
  /** Administrators. */
  readonly onHub: ClusterClient
  readonly onSpoke: ClusterClient
  /** A folder that goes with the fleet. */
  readonly directory: string
  /** Lines that simulators reported. */
  readonly lines: string[]
  /** Stops it with the fleet. */
  add<T extends Simulator>(simulator: T): T
  stop(): Promise<void>
}

export const startSmallFleet = async (options: Partial<OcmSpokeOptions> = {}): Promise<SmallFleet> => {
  const { clock } = options
  // With a clock that the test moves in memory: no other server goes by it.
  const start = (one: TestClusterOptions): Promise<Cluster> =>
    clock === undefined ? startTestCluster(one) : startCluster({ ...one, controllers: {}, clock })
  const [hub, spoke] = await Promise.all([
    start({ name: 'hub', crds: hubCrds }),
    start({ name: 'cluster1', crds: spokeCrds }),
  ])
  const directory = await mkdtemp(join(tmpdir(), 'odfmo-testkit-'))
  const lines: string[] = []
  const log = (line: string): void => void lines.push(line)
  const simulators: Simulator[] = [await ocmHub({ hub: hub.kubeconfig(), log, clock })]
  await hub.apply(managedCluster())
  // Accepted before the klusterlet comes: its retries would wait for a clock that stands still.
  const binding = { namespace: 'cluster1', name: 'open-cluster-management:managedcluster:cluster1:work' }
  await hub.wait(() => hub.get({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' }, binding))
  const newKlusterlet = (): Promise<OcmSpoke> =>
    ocmSpoke({
      hub: hub.kubeconfig({ user: klusterletUser('cluster1'), groups: [klusterletGroup('cluster1')] }),
      spoke: spoke.kubeconfig(),
      clusterName: 'cluster1',
      log,
      ...options,
    })
  const klusterlet = await newKlusterlet()
  simulators.push(klusterlet)
  const onHub = new ClusterClient(hub.kubeconfig(), 'test')
  const onSpoke = new ClusterClient(spoke.kubeconfig(), 'test')
  await spoke.apply(namespace('openshift-storage'))
  return {
    hub,
    spoke,
    klusterlet,
    async startKlusterlet() {
      simulators.push(await newKlusterlet())
    },
    onHub,
    onSpoke,
    directory,
    lines,
    add(simulator) {
      simulators.push(simulator)
      return simulator
    },
    async stop() {
      await Promise.all(simulators.map((simulator) => simulator.stop()))
      await Promise.all([onHub.close(), onSpoke.close()])
      await Promise.all([hub.stop(), spoke.stop()])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export const signingRequests = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' }
export const secrets = { apiVersion: 'v1', kind: 'Secret' }
export const works = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork' }
export const appliedWorks = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'AppliedManifestWork' }
export const addOns = { apiVersion: 'addon.open-cluster-management.io/v1alpha1', kind: 'ManagedClusterAddOn' }
export const deployments = { apiVersion: 'apps/v1', kind: 'Deployment' }
export const pods = { apiVersion: 'v1', kind: 'Pod' }

const addOnUser = 'system:open-cluster-management:cluster:cluster1:addon:tokenexchange:agent:tokenexchange'
const addOnGroups = [
  'system:open-cluster-management:cluster:cluster1:addon:tokenexchange',
  'system:open-cluster-management:addon:tokenexchange',
]

/** An add-on whose manager asks for an identity on the hub. */
export const registeredAddOn = (user = addOnUser): ManagedClusterAddOn => ({
  ...addOns,
  metadata: { name: 'tokenexchange', namespace: 'cluster1' },
  spec: { installNamespace: 'openshift-storage' },
  status: {
    registrations: [
      {
        signerName: 'kubernetes.io/kube-apiserver-client',
        subject: { user, groups: [...addOnGroups, 'system:authenticated'] },
      },
    ],
  },
})

/** Approves a request, as the add-on's manager would. */
export const approve = async (onHub: ClusterClient, request: KubeObject): Promise<void> => {
  const csr = request as unknown as CertificateSigningRequest
  const condition = { type: 'Approved', status: 'True', reason: 'Test', message: 'approved by the test' }
  await onHub.update(
    kinds.CertificateSigningRequest,
    { ...csr, status: { conditions: [condition] } },
    'approval',
  )
}
