import { kinds } from '@odfmo/api-types'
import type { ManagedClusterAddOn } from '@odfmo/api-types'
import type { ClusterClient } from '../access/cluster-client.ts'
import { conditionsWith } from '../access/conditions.ts'
import { ensureStatus } from '../access/ensure.ts'
import { ControlLoop } from '../loop/control-loop.ts'
import type { LocalCopy } from '../loop/local-copy.ts'
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import { availability, isHealthByLease } from './add-on-health.ts'
import { keepMembership } from './cluster-membership.ts'
import { installNamespaceOf } from './registration/registration.ts'
import { RegistrationAgent } from './registration/registration-agent.ts'
import { WorkAgent } from './work/work-agent.ts'

export interface OcmSpokeOptions extends SimulatorOptions {
  /** Kubeconfig text for the hub as user `system:open-cluster-management:<c>:agent`, group `system:open-cluster-management:<c>`. */
  readonly hub: string
  /** Kubeconfig text of an administrator of the spoke. */
  readonly spoke: string
  readonly clusterName: string
  /** How add-ons get their identity; only by certificate signing requests so far. */
  readonly driver?: 'csr'
  /** Lifetime that requests ask for; the signer's own when absent. */
  readonly certificateSeconds?: number
  /** Between two looks at the add-ons' leases; 30 s as the klusterlet. */
  readonly leaseCheckMs?: number
  /** Between two rounds of applying the works again; 4 minutes as the work agent. */
  readonly resyncMs?: number
  /** Between two rounds of looking at what was applied; 10 s as the work agent. */
  readonly statusMs?: number
}

/**
 * The klusterlet of one spoke: its registration agent (identities of add-ons, their health, the ManagedCluster's
 * conditions) and its work agent. Answers at once and works as soon as the hub lets it in: before its ManagedCluster
 * is accepted it has no rights there, and tries again.
 */
export const ocmSpoke = async (options: OcmSpokeOptions): Promise<Simulator> => {
  const { clusterName, certificateSeconds } = options
  const loop = new ControlLoop(`ocm-spoke ${clusterName}`, options)
  const hub = loop.client(options.hub)
  const spoke = loop.client(options.spoke)
  const addOns = loop.copy(hub, kinds.ManagedClusterAddOn, { namespace: clusterName })
  const works = loop.copy(hub, kinds.ManifestWork, { namespace: clusterName })
  const clusters = loop.copy(hub, kinds.ManagedCluster, { fieldSelector: `metadata.name=${clusterName}` })
  const requests = loop.copy(hub, kinds.CertificateSigningRequest, {
    labelSelector: `open-cluster-management.io/cluster-name=${clusterName}`,
  })
  const appliedWorks = loop.copy(spoke, kinds.AppliedManifestWork)

  new RegistrationAgent({ loop, hub, spoke, clusterName, addOns, requests, certificateSeconds })
  const { resyncMs = 240_000, statusMs = 10_000 } = options
  new WorkAgent({ loop, hub, spoke, works, appliedWorks, resyncMs, statusMs })
  watchHealth({ loop, hub, spoke, addOns, periodMs: options.leaseCheckMs ?? 30_000 })
  keepMembership(loop, hub, clusters)

  // Not waited for: who starts the spokes may be who will create their ManagedClusters.
  loop.start().catch((error: unknown) => loop.report(String(error)))
  return { stop: () => loop.stop() }
}

interface HealthOptions {
  readonly loop: ControlLoop
  readonly hub: ClusterClient
  readonly spoke: ClusterClient
  readonly addOns: LocalCopy<ManagedClusterAddOn>
  readonly periodMs: number
}

/** The condition Available of add-ons from their leases, when they change and every so often. */
const watchHealth = ({ loop, hub, spoke, addOns, periodMs }: HealthOptions): void => {
  const worker = loop.worker('add-on health', async (key) => {
    const addOn = addOns.get(key)
    if (addOn === undefined || addOn.metadata.deletionTimestamp !== undefined) return undefined
    if (!isHealthByLease(addOn)) return periodMs
    const { name = '' } = addOn.metadata
    const lease = await spoke.get(kinds.Lease, { namespace: installNamespaceOf(addOn), name })
    const condition = availability(name, lease, loop.clock.now())
    const conditions = conditionsWith(addOn.status?.conditions, [condition], loop.clock.now())
    if (conditions !== undefined) {
      addOns.put(await ensureStatus(hub, kinds.ManagedClusterAddOn, addOn, { conditions }))
    }
    return periodMs
  })
  addOns.onChange((key) => worker.add(key))
}
