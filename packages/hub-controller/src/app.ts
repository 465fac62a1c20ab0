import type { MirrorPeer } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { consoleInit, type ConsoleInit } from '@odfmo/console-init'
import type { CacheReader, Derived, Index, World } from '@odfmo/controller-kit'
import { addOnProblem } from './addon/add-on-problem.ts'
import { addon, type AddonParts } from './addon/addon.ts'
import { isCleanedUp } from './cleaned-up.ts'
import { namespaceProblem } from './cluster-state.ts'
import type { HubConfig } from './config.ts'
import { agentSecret } from './derived/agent-secret.ts'
import { drCluster } from './derived/dr-cluster.ts'
import { greenSecret } from './derived/green-secret.ts'
import { managedClusterAddOn } from './derived/managed-cluster-add-on.ts'
import { mirrorPeerMetadata } from './derived/mirror-peer-metadata.ts'
import { mirrorPeerStatus } from './derived/mirror-peer-status.ts'
import { ramenConfig } from './derived/ramen-config.ts'
import { ramenFsidSecret } from './derived/ramen-fsid-secret.ts'
import { ramenSecret } from './derived/ramen-secret.ts'
import { hubIndexes, hubKinds, type HubKinds } from './kinds.ts'
import { holdersOf } from './standing.ts'
import type { StatusParts } from './status/status-context.ts'
import { fine, problem, type Finding } from './status/verdict.ts'

/** Everything that runs in this service. */
export interface HubApp {
  readonly hub: HubKinds
  readonly indexes: readonly Index[]
  readonly derived: readonly Derived[]
  /** The multicluster console's objects; their rules are among `derived`. */
  readonly console: ConsoleInit
  /** The rules by what they write, for tests and `plan`. */
  readonly parts: StatusParts
  /** Whether a MirrorPeer that ends has left nothing behind, as far as the caches know. */
  readonly isCleanedUp: (cache: CacheReader, mirrorPeer: DeepReadonly<MirrorPeer>) => boolean
}

export const hubApp = ({
  podNamespace,
  tokenExchangeImage,
  consolePort,
}: Pick<HubConfig, 'podNamespace' | 'tokenExchangeImage'> & Partial<HubConfig>): HubApp => {
  const hub = hubKinds(podNamespace)
  const console = consoleInit({
    namespace: podNamespace,
    ...(consolePort === undefined ? {} : { port: consolePort }),
  })
  const addOn = addon({
    kinds: hub,
    holders: (world, clusterName) => {
      const held = holdersOf(hub, world, clusterName)
      // Without a namespace nothing can be made in it: as if all were paused.
      return held.by.length > 0 && namespaceProblem(hub, world, clusterName) !== undefined
        ? { by: [], paused: true }
        : held
    },
    image: tokenExchangeImage,
  })
  const agents = agentSecret(hub)
  const written = {
    managedClusterAddOn: managedClusterAddOn(hub),
    greenSecret: greenSecret(hub),
    ramenSecret: ramenSecret(hub),
    ramenFsidSecret: ramenFsidSecret(hub),
    ramenConfig: ramenConfig(hub),
    drCluster: drCluster(hub),
  }
  const leftoverRules = { ...addOn.parts, ...written, agentSecret: agents }
  const metadata = mirrorPeerMetadata(hub, leftoverRules)
  const parts: StatusParts = {
    ...written,
    metadata,
    agent: (world, clusterName) => agentFinding(hub, addOn.parts, world, clusterName),
  }
  return {
    hub,
    indexes: [...hubIndexes(hub), ...addOn.indexes],
    derived: [
      metadata,
      ...Object.values(written),
      agents,
      mirrorPeerStatus(hub, parts),
      ...addOn.derived,
      ...console.derived,
    ] as readonly Derived[],
    console,
    parts,
    isCleanedUp: (cache, mirrorPeer) => isCleanedUp(hub, leftoverRules, cache, mirrorPeer),
  }
}

const agentFinding = (hub: HubKinds, addOnParts: AddonParts, world: World, clusterName: string): Finding => {
  const found = addOnProblem({ kinds: hub }, addOnParts, world, clusterName)
  if (found === undefined) return fine
  return found.pending ? { is: 'pending', message: found.message } : problem(found.reason, found.message)
}
