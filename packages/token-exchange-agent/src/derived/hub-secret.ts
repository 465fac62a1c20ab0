import { contract, keyOf, type ObjectKey, type Secret } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import {
  absent,
  derived,
  from,
  present,
  waiting,
  type Derived,
  type View,
  type World,
} from '@odfmo/controller-kit'
import {
  peerRefOf,
  type HubSecretResult,
  type SecretExchangeHandler,
  type SpokeReader,
} from '@odfmo/secret-exchange'
import { sourcesOf, type AgentWorld } from '../kinds.ts'
import { clusterUid } from '../mirror-peer/cluster-uid.ts'
import { claimants, inForce, leaving, live, pairings, type Pairing } from '../mirror-peer/pairing.ts'
import { partsOf } from '../parts.ts'
import { isAstray, noOwnerMessage } from '../mirror-peer/astray-source.ts'
import { claimInUse } from './bucket-claim.ts'

const { secretKind, label } = contract

/** What one handler takes from this spoke, in this cluster's namespace on the hub: blue, or internal for the hub itself. */
export const hubSecret = (agent: AgentWorld, handler: SecretExchangeHandler): Derived<Secret> => {
  const { hub, scope } = agent
  return derived({
    name: `hub-${handler.name}-secret`,
    kind: hub.Secret,
    keys: [
      from(hub.MirrorPeer, (mirrorPeer) => {
        const parts = partsOf(mirrorPeer, scope)
        return parts === undefined ? [] : [handler.hubSecretKey(parts.own)]
      }),
      from(hub.Secret, (secret) => (isLeftoverOf(handler, secret) ? [keyOf(secret)] : [])),
    ],
    wanted(key, world) {
      const all = pairings(world, agent, agent.mirrorPeersByHubSecret, key.name)
      // It goes with the last MirrorPeer that the hub has accepted; while none is deleted, one whose finalizers
      // somebody took off gets them back.
      const users = leaving(all).length > 0 ? claimants(all) : live(all)
      const there = world.meta(hub.Secret, key)
      const uid = clusterUid(world, agent)
      if (users.length === 0) return absent()
      const [eldest] = claimants(users)
      if (eldest === undefined || inForce(users).length === 0) {
        return waiting(
          'NotInForce',
          `no MirrorPeer for secret ${key.name} carries the finalizers of hub and agent yet`,
        )
      }
      if (uid === undefined) {
        return waiting(
          'NoClusterUid',
          `the spoke ${scope.clusterName} shows no namespace ${contract.spoke.uidNamespace}, whose uid is needed`,
        )
      }
      const sources = sourcesFor(agent, world, handler, eldest)
      const made = fromSources(agent, world, { handler, ref: eldest, sources, uid })
      if (made.is === 'present') return present(made.secret, { exact: ['data'], immutable: ['type'] })
      const astray = sources.find((source) => isAstray(world, agent, eldest.own, source))
      if (astray !== undefined) return waiting('NoOwner', noOwnerMessage(eldest.own, astray))
      const hasSource = (ref: Pairing, of: readonly SecretView[]): boolean =>
        fromSources(agent, world, { handler, ref, sources: of, uid }).reason !==
        fromSources(agent, world, { handler, ref, sources: [], uid }).reason
      // What a younger one published stays good until the bucket of an elder that joined has answered.
      const isSourceGone =
        !hasSource(eldest, sources) &&
        !inForce(users).some(
          (user) => user !== eldest && hasSource(user, sourcesFor(agent, world, handler, user)),
        )
      return isSourceGone && there !== undefined ? absent() : waiting(made.reason, made.message)
    },
    // Not another's: a green secret never has the name of one of our own; nor what a clone of this spoke wrote, which is
    // seen here only when somebody took its label off.
    ours: ({ metadata }, _key, wanted) =>
      metadata.labels?.[label.secretType] !== secretKind.green &&
      (wanted === undefined || isOfSameCluster(metadata.annotations, wanted.metadata.annotations)),
  })
}

type Annotations = Readonly<Record<string, string>> | undefined

/** The original's agents write no uid: what they wrote is taken over. */
const isOfSameCluster = (live: Annotations, wanted: Annotations): boolean => {
  const writer = live?.[contract.annotation.agentClusterUid]
  return writer === undefined || writer === wanted?.[contract.annotation.agentClusterUid]
}

/** A secret that this handler would have written for the peer ref it names. */
const isLeftoverOf = (handler: SecretExchangeHandler, secret: DeepReadonly<Secret>): boolean => {
  const type = secret.metadata.labels?.[label.secretType]
  if (type !== secretKind.blue && type !== secretKind.internal) return false
  const ref = peerRefOf(secret)
  return ref !== undefined && handler.hubSecretKey(ref).name === secret.metadata.name
}

type SecretView = View<Secret, 'spec' | 'meta'>

/**
 * The Secrets that a handler may take for this StorageCluster: those beside it and those beside its bucket claim. Of
 * buckets only the eldest MirrorPeer's counts, so that a younger one never replaces what is published.
 */
const sourcesFor = (
  agent: AgentWorld,
  world: World,
  handler: SecretExchangeHandler,
  eldest: Pairing,
): readonly SecretView[] => {
  const claim = claimInUse(world, agent, eldest)
  const namespaces = new Set([eldest.namespace, claim.namespace ?? eldest.namespace])
  // A name that the environment asks for instead is no claim of ours: then any that matches will do.
  const ownClaimOnly = claim.name.includes(agent.scope.match.s3)
  return [...namespaces]
    .flatMap((namespace) =>
      world.find(agent.sources, sourcesOf(handler.name, namespace), ['spec', 'meta'], { namespace }),
    )
    .filter((secret) => !isOfClaim(secret) || !ownClaimOnly || isAt(secret, claim))
}

const isOfClaim = ({ metadata }: SecretView): boolean =>
  metadata.ownerReferences?.some(({ kind }) => kind === 'ObjectBucketClaim') ?? false

const isAt = ({ metadata }: SecretView, { namespace, name }: ObjectKey): boolean =>
  metadata.namespace === namespace && metadata.name === name

interface Making {
  readonly handler: SecretExchangeHandler
  readonly ref: Pairing
  readonly sources: readonly SecretView[]
  readonly uid: string
}

type Made =
  | { readonly is: 'present'; readonly secret: Secret; readonly reason?: undefined }
  | Extract<HubSecretResult, { is: 'waiting' }>

const fromSources = (agent: AgentWorld, world: World, { handler, ref, sources, uid }: Making): Made =>
  handler.hubSecret({
    ref: ref.own,
    sources: sources,
    spoke: spokeReader(agent, world),
    match: agent.scope.match,
    agentClusterUid: uid,
  })

const spokeReader = ({ spoke }: AgentWorld, world: World): SpokeReader => ({
  secret: (key) => world.read(spoke.Secret, key, ['spec', 'meta']),
  configMap: (key) => world.read(spoke.ConfigMap, key, ['spec', 'meta']),
  route: (key) => world.read(spoke.Route, key, ['spec', 'meta']),
  cephCluster: (key) => world.read(spoke.CephCluster, key, ['spec', 'meta']),
  storageCluster: (key) => world.read(spoke.StorageCluster, key, ['spec', 'meta']),
})
