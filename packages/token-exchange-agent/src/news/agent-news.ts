import { kinds } from '@odfmo/api-types'
import type { Clock, Derived, EventRecorder, Explanation, Informers, KubeClient } from '@odfmo/controller-kit'
import type { AgentWorld } from '../kinds.ts'
import { hubCredentialsNews } from './hub-credentials-news.ts'
import { newsWithoutHub } from './news-without-hub.ts'
import { storageClusterNews } from './storage-cluster-news.ts'

export interface AgentNewsOptions {
  readonly agent: AgentWorld
  readonly derived: readonly Derived[]
  readonly informers: Informers
  readonly clients: { readonly hub: KubeClient; readonly spoke: KubeClient }
  readonly recorder: EventRecorder
  readonly clock: Clock
}

/** All that administrators of the spoke are told by Events. The answer is to be called with all states, every few seconds. */
export const agentNews = ({
  agent,
  derived,
  informers,
  clients: { hub, spoke },
  recorder,
  clock,
}: AgentNewsOptions): ((explanations: readonly Explanation[]) => void) => {
  const { MirrorPeer } = agent.hub
  const ofAll = hubCredentialsNews({
    credentials: hub.credentials,
    cluster: MirrorPeer.cluster,
    troubles: () => informers.troubles(),
    clock,
  })
  const tell = storageClusterNews({ agent, derived, cache: informers, ofAll, recorder, clock })
  const tellWithoutHub = newsWithoutHub({
    isHubKnown: () => informers.sync(MirrorPeer).is === 'synced',
    ofAll,
    storageClusters: async () =>
      (await spoke.list(kinds.StorageCluster, { namespace: agent.scope.installNamespace })).items,
    recorder,
    clock,
  })
  return (explanations) => {
    tell(explanations)
    tellWithoutHub()
  }
}
