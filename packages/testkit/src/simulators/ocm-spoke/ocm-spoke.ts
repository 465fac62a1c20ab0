import { kinds } from '@odfmo/api-types'
import type { ManagedClusterAddOn } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../../access/cluster-client.ts'
import { conditionsWith } from '../../access/conditions.ts'
import { ensureStatus } from '../../access/ensure.ts'
import type { KubeconfigSource } from '../../access/cluster-client.ts'
import { ControlLoop } from '../loop/control-loop.ts'
import type { LocalCopy } from '../../access/local-copy.ts'
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import { availability, isHealthByLease } from './add-on-health.ts'
import { keepMembership } from './cluster-membership.ts'
import type { RegistrationDriver } from './registration/driver.ts'
import { installNamespaceOf } from './registration/registration.ts'
import { TokenAgent } from './registration/token-agent.ts'
import { RegistrationAgent } from './registration/registration-agent.ts'
import type { SubjectOf } from './registration/registration-agent.ts'
import { WorkAgent } from './work/work-agent.ts'

/** Which cluster it plays the klusterlet of, and its hub. */
export interface OcmSpokeOptions extends SimulatorOptions {
  /** Kubeconfig text, or what gives a fresh one: for the hub as user `system:open-cluster-management:<c>:agent`, group `system:open-cluster-management:<c>`. */
  readonly hub: KubeconfigSource
  /** Kubeconfig text, or what gives a fresh one: of an administrator of the spoke. */
  readonly spoke: KubeconfigSource
  readonly clusterName: string
  /**
   * How add-ons get their identity, which it then writes into their status as klusterlets do since OCM 1.2: by
   * certificate signing requests, or by tokens of an account that the hub's OCM makes. Left out: an older klusterlet,
   * requests and no word of it.
   */
  readonly driver?: RegistrationDriver
  /** Lifetime that requests ask for; the signer's own when absent. Of tokens: an hour. */
  readonly certificateSeconds?: number
  /** Between two looks at the add-ons' leases; 30 s as the klusterlet. */
  readonly leaseCheckMs?: number
  /** Between two rounds of applying the works again; 4 minutes as the work agent. */
  readonly resyncMs?: number
  /** Between two rounds of looking at what was applied; 10 s as the work agent. */
  readonly statusMs?: number
  /** Misbehaves: whom it asks certificates for, in place of whom the add-on's manager wants. */
  readonly subject?: SubjectOf
  /** Misbehaves: why a manifest of a work cannot be applied; its work is `Applied` False then. */
  readonly manifestFails?: (manifest: KubeObject) => string | undefined
}

/** A klusterlet. Paused, it renews no lease: the hub takes its cluster for `Unknown`. */
export interface OcmSpoke extends Simulator {
  /** Asks for a new certificate (or token) of an add-on now, as if the old one were near its end. Throws a TypeError for an unknown one. */
  renewCertificate(addOn: string): void
}

/**
 * The klusterlet of one spoke: its registration agent (identities of add-ons, their health, the ManagedCluster's
 * conditions) and its work agent. Answers at once and works as soon as the hub lets it in: before its ManagedCluster
 * is accepted it has no rights there, and tries again.
 */
export const ocmSpoke = async (options: OcmSpokeOptions): Promise<OcmSpoke> => {
  const { clusterName, certificateSeconds, subject, manifestFails } = options
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

  const registration =
    options.driver === 'token'
      ? new TokenAgent({ loop, hub, spoke, clusterName, addOns, tokenSeconds: certificateSeconds })
      : new RegistrationAgent({
          loop,
          hub,
          spoke,
          clusterName,
          addOns,
          requests,
          certificateSeconds,
          subject,
          driver: options.driver,
        })
  const { resyncMs = 240_000, statusMs = 10_000 } = options
  new WorkAgent({ loop, hub, spoke, works, appliedWorks, resyncMs, statusMs, manifestFails })
  watchHealth({ loop, hub, spoke, addOns, periodMs: options.leaseCheckMs ?? 30_000 })
  keepMembership(loop, hub, clusters)

  // Not waited for: who starts the spokes may be who will create their ManagedClusters.
  loop.start().catch((error: unknown) => loop.report(String(error)))
  return { ...loop.asSimulator(), renewCertificate: (addOn) => registration.renew(addOn) }
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
