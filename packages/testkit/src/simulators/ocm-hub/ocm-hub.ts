import { kinds } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { ensure, ensureStatus } from '../../access/ensure.ts'
import type { KubeconfigSource } from '../../access/cluster-client.ts'
import { ControlLoop } from '../loop/control-loop.ts'
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import { addOnStatus, isManagedByOcm, ownersWith } from './add-on-status.ts'
import { watchClusterHealth } from './cluster-health.ts'
import { sharedClusterRoles } from './klusterlet-rbac.ts'
import { reconcileCluster } from './managed-cluster.ts'
import { keepTokenInfrastructure } from './token-infrastructure.ts'

/** Which cluster it plays the hub of. */
export interface OcmHubOptions extends SimulatorOptions {
  /** Kubeconfig text, or what gives a fresh one: of an administrator of the hub. */
  readonly hub: KubeconfigSource
  /** Whether add-ons have OCM's own addon-manager; false is a hub before OCM 0.12. Default true. */
  readonly addOnManager?: boolean
}

const addOnNameLabel = 'open-cluster-management.io/addon-name'

/**
 * The hub's Open Cluster Management: admits ManagedClusters (namespace, rights of their klusterlets, condition), takes
 * their things down when they go, and plays the addon-manager for ManagedClusterAddOns.
 */
export const ocmHub = async (options: OcmHubOptions): Promise<Simulator> => {
  const loop = new ControlLoop('ocm-hub', options)
  const hub = loop.client(options.hub)
  const clusters = loop.copy(hub, kinds.ManagedCluster)
  const addOns = loop.copy(hub, kinds.ManagedClusterAddOn)
  const owners = loop.copy(hub, kinds.ClusterManagementAddOn)
  const configs = loop.copy(hub, kinds.AddOnDeploymentConfig)
  const works = loop.copy(hub, kinds.ManifestWork, { labelSelector: addOnNameLabel })

  const clusterWorker = loop.worker('managed cluster', async (key) => {
    const cluster = clusters.get(key)
    return cluster === undefined ? undefined : reconcileCluster(hub, cluster, loop.clock.now())
  })
  clusters.onChange((key) => clusterWorker.add(key))
  watchClusterHealth({ loop, hub, clusters, addOns })

  const addOnWorker = loop.worker('add-on', async (key) => {
    const addOn = addOns.get(key)
    if (options.addOnManager === false) return undefined
    if (addOn === undefined || addOn.metadata.deletionTimestamp !== undefined) return undefined
    const { name = '', namespace = '', uid, resourceVersion } = addOn.metadata
    const owner = owners.get(name)
    if (owner === undefined || !isManagedByOcm(owner)) return undefined
    const ownerReferences = ownersWith(addOn.metadata.ownerReferences, owner)
    if (ownerReferences !== undefined) {
      const patch = { metadata: { uid, resourceVersion, ownerReferences } }
      await hub.patch(kinds.ManagedClusterAddOn, keyOf(addOn), patch)
      return undefined // its change comes back by the watch
    }
    const status = addOnStatus({
      addOn,
      owner,
      configOf: (reference) => configs.get(reference),
      works: works
        .all()
        .filter(
          ({ metadata }) => metadata.namespace === namespace && metadata.labels?.[addOnNameLabel] === name,
        ),
      nowMs: loop.clock.now(),
    })
    await ensureStatus(hub, kinds.ManagedClusterAddOn, addOn, status)
    return undefined
  })
  const tokenWorker = loop.worker('token infrastructure', async (key) => {
    const addOn = addOns.get(key)
    if (options.addOnManager === false) return undefined
    if (addOn === undefined || addOn.metadata.deletionTimestamp !== undefined) return undefined
    await keepTokenInfrastructure(hub, addOn, loop.clock.now())
    return undefined
  })
  addOns.onChange((key) => tokenWorker.add(key))
  const allAddOns = (): void => {
    for (const addOn of addOns.all()) addOnWorker.add(`${addOn.metadata.namespace}/${addOn.metadata.name}`)
  }
  addOns.onChange((key) => addOnWorker.add(key))
  owners.onChange(allAddOns)
  configs.onChange(allAddOns)
  works.onChange((_, work, before) => {
    const { namespace = '', labels } = (work ?? before)?.metadata ?? {}
    addOnWorker.add(`${namespace}/${labels?.[addOnNameLabel] ?? ''}`)
  })

  const roleWorker = loop.worker('shared roles', async () => {
    for (const role of sharedClusterRoles()) await ensure(hub, kinds.ClusterRole, role)
    return undefined
  })
  roleWorker.add('all')

  await loop.start()
  return loop.asSimulator()
}
