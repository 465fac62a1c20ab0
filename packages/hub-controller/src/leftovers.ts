import { contract, keyOf, keyText, type ConfigMap, type ObjectKey } from '@odfmo/api-types'
import type { Derived, World } from '@odfmo/controller-kit'
import { addOnRights } from './add-on-rights.ts'
import { agentSecretKeys, isAgents, isLeftBehind } from './derived/agent-secret.ts'
import { drClusterWishes, isInPolicy, isOurDRCluster } from './derived/dr-cluster.ts'
import { greenWish, isGreen } from './derived/green-secret.ts'
import { endOfAddOn } from './derived/managed-cluster-add-on.ts'
import { ramenFsidSecretKey, ramenFsidSecretWishes } from './derived/ramen-fsid-secret.ts'
import { ramenConfigKeyOf } from './derived/ramen-config.ts'
import {
  isForRamen,
  isInConfig,
  managesS3,
  ramenSecretKey,
  ramenSecretWishes,
} from './derived/ramen-secret.ts'
import type { HubKinds } from './kinds.ts'
import { partsOf, type RefParts } from './parts.ts'
import { holdersOf, isDeleting, type MirrorPeerView, type Wishes } from './standing.ts'

const nobody = ({ by, paused }: Wishes): boolean => by.length === 0 && !paused

const named = (kind: string, key: ObjectKey): string => `${kind} ${keyText(key)}`

/**
 * What is there because of this deleting MirrorPeer and wanted by no other: while there is any, our finalizer
 * stays. Read from the objects, so that a look on fresh reads answers for the clusters and not for a cache.
 */
export const leftovers = (
  hub: HubKinds,
  world: World,
  mirrorPeer: MirrorPeerView,
  ramenConfig: Derived<ConfigMap>,
): readonly string[] => {
  const { refs, pairs } = partsOf(mirrorPeer)
  const left: string[] = []
  for (const key of agentSecretKeys(mirrorPeer)) {
    const secret = world.meta(hub.Secret, key)
    if (secret !== undefined && isAgents(secret) && isLeftBehind(hub, world, key))
      left.push(named('Secret', key))
  }
  for (const { green } of pairs) {
    const secret = world.meta(hub.Secret, green)
    const { pair, paused } = greenWish(hub, world, green)
    if (secret !== undefined && isGreen(secret) && pair === undefined && !paused)
      left.push(named('Secret', green))
  }
  for (const parts of refs) {
    left.push(
      ...ramenLeftovers(hub, world, parts, ramenConfig),
      ...clusterLeftovers(hub, world, parts, mirrorPeer),
    )
  }
  return [...new Set(left)]
}

/** Whether a MirrorPeer that is not deleting asks for the profile: an invalid one keeps what bears no label. */
const isInUse = (hub: HubKinds, world: World, s3SecretName: string): boolean =>
  world
    .find(hub.mirrorPeersByS3Secret, s3SecretName, ['spec', 'meta'])
    .some((mirrorPeer) => !isDeleting(mirrorPeer) && managesS3(mirrorPeer))

const ramenLeftovers = (
  hub: HubKinds,
  world: World,
  parts: RefParts,
  ramenConfig: Derived<ConfigMap>,
): readonly string[] => {
  const left: string[] = []
  if (
    !isInUse(hub, world, parts.s3Secret.name) &&
    nobody(ramenSecretWishes(hub, world, parts.s3Secret.name))
  ) {
    if (isInConfig(hub, world, parts)) {
      const state = world.state(ramenConfig, ramenConfigKeyOf(hub))
      // Only a person can set a text right: they must know of it.
      const why = state.is === 'waiting' || state.is === 'failed' ? ` (${state.message})` : ''
      left.push(
        `profile ${parts.s3ProfileName} in ConfigMap ${hub.podNamespace}/${contract.ramen.configMap}${why}`,
      )
    }
    const key = ramenSecretKey(hub, parts)
    const secret = world.read(hub.RamenSecret, key, ['spec', 'meta'])
    if (secret !== undefined && isForRamen(secret, contract.s3Key.accessKeyId))
      left.push(named('Secret', key))
  }
  if (nobody(ramenFsidSecretWishes(hub, world, parts.hubSecret.name))) {
    const key = ramenFsidSecretKey(hub, parts)
    const secret = world.read(hub.RamenSecret, key, ['spec', 'meta'])
    if (secret !== undefined && isForRamen(secret, contract.ramen.fsidKey)) left.push(named('Secret', key))
  }
  return left
}

const clusterLeftovers = (
  hub: HubKinds,
  world: World,
  { addOn: addOnKey, drCluster: drClusterKey, ref }: RefParts,
  mirrorPeer: MirrorPeerView,
): readonly string[] => {
  const left: string[] = []
  const addOn = world.meta(hub.ManagedClusterAddOn, addOnKey)
  const unheld = nobody(holdersOf(hub, world, ref.clusterName))
  const owned = addOn?.metadata.ownerReferences?.some(({ uid }) => uid === mirrorPeer.metadata.uid) ?? false
  if (
    addOn !== undefined &&
    (owned || (unheld && endOfAddOn(hub, world, ref.clusterName, addOn).is === 'goes'))
  ) {
    left.push(named('ManagedClusterAddOn', addOnKey))
  }
  if (unheld) {
    // Told to go is enough: a spoke that cannot be reached keeps its work for as long as that lasts.
    const works = world.find(hub.worksByCluster, ref.clusterName, ['meta'])
    left.push(
      ...works.map((work) => named('ManifestWork', keyOf(work))),
      ...addOnRights(hub, world, ref.clusterName),
    )
  }
  const drCluster = world.meta(hub.DRCluster, drClusterKey)
  if (
    drCluster !== undefined &&
    isOurDRCluster(drCluster) &&
    nobody(drClusterWishes(hub, world, drClusterKey.name)) &&
    !isInPolicy(hub, world, drClusterKey.name)
  ) {
    left.push(named('DRCluster', drClusterKey))
  }
  return left
}
