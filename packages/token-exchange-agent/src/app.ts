import type { Secret } from '@odfmo/api-types'
import type { Derived, Index, WatchedKind } from '@odfmo/controller-kit'
import type { AgentScope } from './agent-scope.ts'
import { bucketClaim } from './derived/bucket-claim.ts'
import { heldBack } from './derived/held-back.ts'
import { hubSecret } from './derived/hub-secret.ts'
import { mirrorPeerFinalizer } from './derived/mirror-peer-finalizer.ts'
import { omapGenerator } from './derived/omap-generator.ts'
import { spokeSecret } from './derived/spoke-secret.ts'
import { storageClassLabels } from './derived/storage-class-labels.ts'
import { storageClusterMirroring } from './derived/storage-cluster-mirroring.ts'
import { volumeReplicationClass } from './derived/volume-replication-class.ts'
import { agentWorld, watchedBy, type AgentWorld } from './kinds.ts'

/** Everything the agent does, in the order of a MirrorPeer's life. */
export interface AgentApp {
  readonly world: AgentWorld
  readonly watches: readonly WatchedKind[]
  readonly indexes: readonly Index[]
  readonly derived: readonly Derived[]
}

export const agentApp = (scope: AgentScope): AgentApp => {
  const world = agentWorld(scope)
  const hubSecrets = Object.fromEntries(
    scope.handlers.map((handler): [string, Derived<Secret>] => [handler.name, hubSecret(world, handler)]),
  )
  const fromGreen = spokeSecret(world)
  const mirroring = storageClusterMirroring(world)
  const omap = omapGenerator(world)
  const replicationClass = volumeReplicationClass(world)
  const labels = storageClassLabels(world)
  const claim = bucketClaim(world)
  const finalizer = mirrorPeerFinalizer(world, {
    hubSecrets: hubSecrets,
    spokeSecret: fromGreen,
    mirroring: mirroring,
    omapGenerator: omap,
    replicationClass: replicationClass,
    storageClassLabels: labels,
    bucketClaim: claim,
  })
  return {
    world,
    ...watchedBy(world),
    derived: (
      [
        finalizer,
        claim,
        ...Object.values(hubSecrets),
        fromGreen,
        mirroring,
        omap,
        replicationClass,
        labels,
      ] as readonly Derived[]
    ).map((rule) => heldBack(world, rule)),
  }
}
