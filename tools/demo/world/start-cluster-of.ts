import { mirrorPeerCrd } from '@odfmo/api-types'
import {
  hubCrds,
  spokeCrds,
  startCluster,
  startControlPlane,
  useExisting,
  type Cluster,
} from '@odfmo/testkit'
import type { ClusterConfig } from './cluster-calls.ts'
import type { Claim } from './existing/claim.ts'

export interface RunningCluster {
  readonly cluster: Cluster
  /** On a cluster of others: nothing has been changed there yet. Elsewhere the definitions are installed. */
  readonly claim?: Claim
}

/** Starts a cluster of the wanted provider, with the definitions of its role, or connects to it. */
export async function startClusterOf({ role, name, source }: ClusterConfig): Promise<RunningCluster> {
  const crds = role === 'hub' ? [mirrorPeerCrd, ...hubCrds] : spokeCrds
  switch (source.provider) {
    case 'memory':
      return { cluster: await startCluster({ name, crds }) }
    case 'control-plane': {
      const controlPlane = await startControlPlane({ clusters: [{ name, crds }] })
      return { cluster: { ...controlPlane.cluster(name), stop: () => controlPlane.stop() } }
    }
    case 'existing': {
      const { kubeconfig, contexts } = source
      const existing = await useExisting({ kubeconfig, contexts: { [name]: contexts[name] ?? '' } })
      const cluster = { ...existing.cluster(name), stop: () => existing.stop() }
      // What only clusters of others need: the rest starts faster without.
      const { Claim } = await import('./existing/claim.ts')
      return { cluster, claim: await Claim.of(cluster, crds) }
    }
  }
}
