import { mirrorPeerCrd } from '@odfmo/api-types'
import { managedCluster, namespace } from '../builders/builders.ts'
import type { UpSimulator } from '../cli-options.ts'
import type { Cluster } from '../cluster.ts'
import { hubCrds, spokeCrds } from '../simulators/crds/crds.ts'
import { klusterletGroup, klusterletUser } from '../simulators/ocm-hub/klusterlet-rbac.ts'
import { ocmHub } from '../simulators/ocm-hub/ocm-hub.ts'
import { ocmSpoke } from '../simulators/ocm-spoke/ocm-spoke.ts'
import { ramen } from '../simulators/ramen/ramen.ts'
import type { Simulator } from '../simulators/simulator.ts'
import { storage } from '../simulators/storage/storage.ts'

/** Where Ramen's operator and the storage operator run. */
const ramenNamespace = 'openshift-dr-system'
const storageNamespace = 'openshift-storage'

/** The cluster named `hub`, or else the first one, and the others; a cluster alone is both. */
const rolesOf = (clusters: readonly Cluster[]): { hub: Cluster; spokes: readonly Cluster[] } => {
  const hub = clusters.find(({ name }) => name === 'hub') ?? clusters[0]
  if (hub === undefined) throw new Error('there is no cluster')
  const spokes = clusters.filter((cluster) => cluster !== hub)
  return { hub, spokes: spokes.length === 0 ? [hub] : spokes }
}

const startOcm = async (hub: Cluster, spokes: readonly Cluster[]): Promise<Simulator[]> => {
  const onHub = await ocmHub({ hub: hub.kubeconfig() })
  const onSpokes = await Promise.all(
    spokes.map(async (spoke) => {
      const { name } = spoke
      await hub.apply(managedCluster({ metadata: { name } }))
      const identity = { user: klusterletUser(name), groups: [klusterletGroup(name)] }
      return ocmSpoke({ hub: hub.kubeconfig(identity), spoke: spoke.kubeconfig(), clusterName: name })
    }),
  )
  return [onHub, ...onSpokes]
}

/** Installs what the simulators' worlds consist of, and starts them. Empty when none is asked for. */
export const startSimulators = async (
  clusters: readonly Cluster[],
  wanted: readonly UpSimulator[],
): Promise<readonly Simulator[]> => {
  if (wanted.length === 0) return []
  const { hub, spokes } = rolesOf(clusters)
  await hub.installCrds([...hubCrds, mirrorPeerCrd])
  await Promise.all(spokes.map((spoke) => spoke.installCrds(spokeCrds)))
  const started = await Promise.all(
    wanted.map(async (name): Promise<Simulator[]> => {
      switch (name) {
        case 'ocm':
          return startOcm(hub, spokes)
        case 'storage':
          return Promise.all(
            spokes.map(async (spoke) => {
              await spoke.apply(namespace(storageNamespace))
              return storage({ spoke: spoke.kubeconfig() })
            }),
          )
        case 'ramen':
          await hub.apply(namespace(ramenNamespace))
          return [await ramen({ hub: hub.kubeconfig(), namespace: ramenNamespace })]
      }
    }),
  )
  return started.flat()
}
