import { contract, keyOf, keyText, type ObjectKey } from '@odfmo/api-types'
import type { Derived, World } from '@odfmo/controller-kit'
import { addOnRights } from './add-on-rights.ts'
import { agentSecretKeys, isAgents, isLeftBehind } from './derived/agent-secret.ts'
import { drClusterWishes, isInPolicy, isOurDRCluster } from './derived/dr-cluster.ts'
import { greenWish, isGreen } from './derived/green-secret.ts'
import { endOfAddOn } from './derived/managed-cluster-add-on.ts'
import { ramenFsidSecretKey, ramenFsidSecretWishes } from './derived/ramen-fsid-secret.ts'
import { ramenConfigKeyOf } from './derived/ramen-config.ts'
import {
  isInConfig,
  isMadeForRamen,
  managesS3,
  ramenSecretKey,
  ramenSecretWishes,
} from './derived/ramen-secret.ts'
import type { HubKinds } from './kinds.ts'
import { partsOf, type RefParts } from './parts.ts'
import { holdersOf, isUser, standing, type MirrorPeerView, type Wishes } from './standing.ts'

const nobody = ({ by, paused }: Wishes): boolean => by.length === 0 && !paused

/** The rules that take things away: their states tell why something is still there. */
export interface LeftoverRules {
  readonly agentSecret: Derived
  readonly greenSecret: Derived
  readonly ramenSecret: Derived
  readonly ramenFsidSecret: Derived
  readonly ramenConfig: Derived
  readonly managedClusterAddOn: Derived
  readonly drCluster: Derived
  readonly manifestWork: Derived
  readonly role: Derived
  readonly roleBinding: Derived
  readonly clusterRoleBinding: Derived
}

/** What one look for leftovers is made from. */
interface Look {
  readonly hub: HubKinds
  readonly world: World
  readonly rules: LeftoverRules
}

interface Leftover {
  readonly name: string
  /** What keeps it from going, where more than time is needed. */
  readonly why?: string
}

const of = ({ world }: Look, name: string, rule: Derived, key: ObjectKey): Leftover => {
  const state = world.state(rule, key)
  return state.is === 'failed' || state.is === 'going' ? { name, why: state.message } : { name }
}

const objectOf = (look: Look, kind: string, rule: Derived, key: ObjectKey): Leftover =>
  of(look, `${kind} ${keyText(key)}`, rule, key)

/**
 * What is there because of this deleting MirrorPeer and wanted by no other: while there is any, our finalizer
 * stays. Read from the objects, so that a look on fresh reads answers for the clusters and not for a cache. Those
 * that somebody has to do something about come first, with what the server said.
 */
export const leftovers = (
  hub: HubKinds,
  world: World,
  mirrorPeer: MirrorPeerView,
  rules: LeftoverRules,
): readonly string[] => {
  const look = { hub, world, rules }
  const left = [
    ...secretLeftovers(look, mirrorPeer),
    ...partsOf(mirrorPeer).refs.flatMap((parts) => [
      ...ramenLeftovers(look, parts),
      ...clusterLeftovers(look, parts, mirrorPeer),
    ]),
  ]
  const held = left.filter(({ why }) => why !== undefined)
  const others = left.filter(({ why }) => why === undefined)
  return [
    ...new Set([...held, ...others].map(({ name, why }) => (why === undefined ? name : `${name} (${why})`))),
  ]
}

const secretLeftovers = (look: Look, mirrorPeer: MirrorPeerView): readonly Leftover[] => {
  const { hub, world, rules } = look
  const left: Leftover[] = []
  for (const key of agentSecretKeys(mirrorPeer)) {
    const secret = world.meta(hub.Secret, key)
    if (secret !== undefined && isAgents(secret) && isLeftBehind(hub, world, key))
      left.push(objectOf(look, 'Secret', rules.agentSecret, key))
  }
  for (const { green } of partsOf(mirrorPeer).pairs) {
    const secret = world.meta(hub.Secret, green)
    const { pair, paused } = greenWish(hub, world, green)
    if (secret !== undefined && isGreen(secret) && pair === undefined && !paused)
      left.push(objectOf(look, 'Secret', rules.greenSecret, green))
  }
  return left
}

/** Whether somebody asks for the profile: also an invalid MirrorPeer keeps what bears no label. */
const isInUse = (hub: HubKinds, world: World, s3SecretName: string): boolean =>
  world
    .find(hub.mirrorPeersByS3Secret, s3SecretName, ['spec', 'meta'])
    .some((mirrorPeer) => isUser(mirrorPeer, standing(hub, world, mirrorPeer)) && managesS3(mirrorPeer))

const ramenLeftovers = (look: Look, parts: RefParts): readonly Leftover[] => {
  const { hub, world, rules } = look
  const left: Leftover[] = []
  if (
    !isInUse(hub, world, parts.s3Secret.name) &&
    nobody(ramenSecretWishes(hub, world, parts.s3Secret.name))
  ) {
    if (isInConfig(hub, world, parts)) left.push(profileLeftover(look, parts))
    const key = ramenSecretKey(hub, parts)
    const secret = world.read(hub.RamenSecret, key, ['spec', 'meta'])
    if (secret !== undefined && isMadeForRamen(secret))
      left.push(objectOf(look, 'Secret', rules.ramenSecret, key))
  }
  if (nobody(ramenFsidSecretWishes(hub, world, parts.hubSecret.name))) {
    const key = ramenFsidSecretKey(hub, parts)
    const secret = world.read(hub.RamenSecret, key, ['spec', 'meta'])
    if (secret !== undefined && isMadeForRamen(secret))
      left.push(objectOf(look, 'Secret', rules.ramenFsidSecret, key))
  }
  return left
}

const profileLeftover = ({ hub, world, rules }: Look, { s3ProfileName }: RefParts): Leftover => {
  const name = `profile ${s3ProfileName} in ConfigMap ${hub.podNamespace}/${contract.ramen.configMap}`
  const state = world.state(rules.ramenConfig, ramenConfigKeyOf(hub))
  // Only a person can set a text right: they must know of it.
  return state.is === 'waiting' || state.is === 'failed' ? { name, why: state.message } : { name }
}

const clusterLeftovers = (look: Look, parts: RefParts, mirrorPeer: MirrorPeerView): readonly Leftover[] => {
  const { hub, world, rules } = look
  const { addOn: addOnKey, drCluster: drClusterKey, ref } = parts
  const left: Leftover[] = []
  const addOn = world.meta(hub.ManagedClusterAddOn, addOnKey)
  const unheld = nobody(holdersOf(hub, world, ref.clusterName))
  const owned = addOn?.metadata.ownerReferences?.some(({ uid }) => uid === mirrorPeer.metadata.uid) ?? false
  if (
    addOn !== undefined &&
    (owned || (unheld && endOfAddOn(hub, world, ref.clusterName, addOn).is === 'goes'))
  ) {
    left.push(objectOf(look, 'ManagedClusterAddOn', rules.managedClusterAddOn, addOnKey))
  }
  if (unheld) {
    // Told to go is enough: a spoke that cannot be reached keeps its work for as long as that lasts.
    const works = world.find(hub.worksByCluster, ref.clusterName, ['meta'])
    left.push(
      ...works.map((work) => objectOf(look, 'ManifestWork', rules.manifestWork, keyOf(work))),
      ...addOnRights(hub, world, ref.clusterName).map(({ name, by, key }) => of(look, name, rules[by], key)),
    )
  }
  const drCluster = world.meta(hub.DRCluster, drClusterKey)
  if (
    drCluster !== undefined &&
    isOurDRCluster(drCluster) &&
    nobody(drClusterWishes(hub, world, drClusterKey.name)) &&
    !isInPolicy(hub, world, drClusterKey.name)
  ) {
    left.push(objectOf(look, 'DRCluster', rules.drCluster, drClusterKey))
  }
  return left
}
