import type { MirrorPeer } from '@odfmo/api-types'
import type { Informers, Runnable } from '@odfmo/controller-kit'
import type { AgentScope } from '../agent-scope.ts'
import type { AgentWorld } from '../kinds.ts'
import { standingOf, type MirrorPeerView } from '../mirror-peer/pairing.ts'
import { partsOf } from '../parts.ts'

/** Namespaces of the spoke that are watched. */
export interface WatchedNamespaces {
  /** Where StorageClusters are, and the agent. */
  readonly storage: readonly string[]
  /** Where bucket claims are besides. */
  readonly claims: readonly string[]
}

/**
 * The namespaces that MirrorPeers give the agent something to do in. Those the hub has not accepted do not count: the
 * agent gets no rights there; nor do those whose clean-up is done: the rights are being taken away.
 */
export const namespacesFor = (
  mirrorPeers: readonly MirrorPeerView[],
  scope: AgentScope,
): WatchedNamespaces => {
  const named = mirrorPeers.flatMap((mirrorPeer) => {
    const parts = partsOf(mirrorPeer, scope)
    if (parts === undefined) return []
    const standing = standingOf(mirrorPeer, scope.clusterName)
    return standing === 'left' || standing === 'unaccepted' ? [] : [parts.namespace]
  })
  const storage = [...new Set([scope.installNamespace, ...named])].toSorted()
  const claims = [
    ...new Set([...storage, ...(scope.odrNamespace === undefined ? [] : [scope.odrNamespace])]),
  ].toSorted()
  return { storage, claims }
}

/** Keeps the watched namespaces of the spoke as the MirrorPeers on the hub have them. */
export const followNamespaces = (agent: AgentWorld, informers: Informers): Runnable => {
  const { hub, spoke, scope } = agent
  let isKnown = false
  const follow = (): void => {
    if (informers.sync(hub.MirrorPeer).is !== 'synced') return
    const mirrorPeers = informers.list<MirrorPeer>(hub.MirrorPeer) as readonly MirrorPeerView[]
    const { storage, claims } = namespacesFor(mirrorPeers, scope)
    isKnown = true
    for (const kind of [spoke.StorageCluster, spoke.CephCluster, spoke.Route])
      informers.setNamespaces(kind, storage)
    for (const kind of [spoke.Secret, spoke.ConfigMap, spoke.ObjectBucketClaim])
      informers.setNamespaces(kind, claims)
  }
  return {
    name: 'follow-namespaces',
    needsLeadership: false,
    ready: () =>
      isKnown ? { ready: true } : { ready: false, why: 'the MirrorPeers on the hub are not known yet' },
    async start(signal) {
      const unsubscribe = [
        informers.onEvent(({ of }) => {
          if (of === hub.MirrorPeer) follow()
        }),
        informers.onSync((of) => {
          if (of === hub.MirrorPeer) follow()
        }),
      ]
      follow()
      if (!signal.aborted)
        await new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        )
      for (const end of unsubscribe) end()
    },
  }
}
