import { contract, keyOf, keyText, type PeerRef, type Secret } from '@odfmo/api-types'
import {
  absent,
  derived,
  from,
  leave,
  present,
  waiting,
  type Derived,
  type View,
  type Wanted,
  type World,
} from '@odfmo/controller-kit'
import { greenSecretProblems, peerRefOf, type SecretExchangeHandler } from '@odfmo/secret-exchange'
import type { AgentWorld } from '../kinds.ts'
import { asyncOnly, inForce, live, pairings, type Pairing } from '../mirror-peer/pairing.ts'
import { partsOf } from '../parts.ts'
import { invalidGreenSecret, reasons } from './reasons.ts'
import { unwritableKey } from './unwritable-key.ts'

/** Whether a Secret on the spoke was made from a green one. */
const isExchanged = ({
  metadata,
}: {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> }
}): boolean => metadata.labels?.[contract.label.createdBy] === contract.createdBy.tokenExchange

/**
 * The other side's token beside our StorageCluster, from the green secret. It stays when its source goes (an agent's
 * hiccup must not break mirroring) and goes with the pair, after its name has left every StorageCluster.
 */
export const spokeSecret = (agent: AgentWorld): Derived<Secret> => {
  const { hub, spoke, scope } = agent
  return derived({
    name: 'spoke-secret',
    kind: spoke.Secret,
    keys: [
      from(
        hub.MirrorPeer,
        (mirrorPeer) => partsOf(mirrorPeer, scope)?.spokeSecrets.map(({ key }) => key) ?? [],
      ),
      from(spoke.Secret, (secret) => (isExchanged(secret) ? [keyOf(secret)] : [])),
    ],
    wanted(key, world) {
      const users = live(asyncOnly(pairings(world, agent, agent.mirrorPeersBySpokeSecret, keyText(key))))
      if (users.length === 0) {
        const { namespace = '' } = key
        const listed = world.find(agent.storageClustersByPeerSecret, keyText(key), [], { namespace })
        const [first] = listed
        return first === undefined
          ? absent()
          : waiting(
              reasons.stillListed,
              `StorageCluster ${keyText(keyOf(first))} still names the Secret ${keyText(key)} in peerSecretNames`,
            )
      }
      const wishes = inForce(users)
      const [eldest] = wishes
      if (eldest === undefined) {
        return waiting(
          'NotInForce',
          `no MirrorPeer that asks for Secret ${keyText(key)} carries the finalizers of hub and agent yet`,
        )
      }
      const green = world.read(hub.Secret, { namespace: scope.clusterName, name: key.name }, ['spec', 'meta'])
      // Two StorageClusters of one namespace may have the same peer: the secret is the same, it names one of them.
      const named =
        green === undefined ? undefined : wishes.find(({ own }) => problemOf(green, own) === undefined)
      const user = named ?? eldest
      return fromGreen(key.name, user, green, handlersOf(key.name, user, scope.handlers))
    },
    // The name is a hash: without any such label somebody took ours off.
    ours: ({ metadata }) =>
      metadata.labels?.[contract.label.createdBy] === undefined || isExchanged({ metadata }),
  })
}

type SecretView = View<Secret, 'spec' | 'meta'>

/** Those that the name is of: none answers for what another one brings. */
const handlersOf = (
  name: string,
  { spokeSecrets }: Pairing,
  handlers: readonly SecretExchangeHandler[],
): readonly SecretExchangeHandler[] => {
  const named = new Set(spokeSecrets.flatMap(({ handler, key }) => (key.name === name ? [handler] : [])))
  return handlers.filter((handler) => named.has(handler.name))
}

/** The Secret that the green one stands for, or why it cannot be made. */
const fromGreen = (
  name: string,
  user: Pairing,
  green: SecretView | undefined,
  handlers: readonly SecretExchangeHandler[],
): Wanted<Secret> => {
  const { clusterName } = user.own
  const handler = handlers.find((candidate) => green !== undefined && candidate.takesGreen(green))
  if (green === undefined || handler === undefined) {
    // Handlers that bring nothing back have a name for it all the same.
    if (!user.peerSecretNames.includes(name)) return leave()
    const from = user.opposites[0]?.clusterName
    return waiting(
      'NoGreenSecret',
      `waiting for green secret ${name} in namespace ${clusterName} on the hub: it comes when ${from} has delivered its token`,
    )
  }
  const ignored = (problem: string): Wanted<Secret> =>
    waiting(invalidGreenSecret, `green secret ${name} in namespace ${clusterName} is ignored: ${problem}`)
  const problem = problemOf(green, user.own)
  if (problem !== undefined) return ignored(problem)
  const made = handler.spokeSecret(green)
  const { data = {} } = made
  if (Object.keys(data).length === 0) return ignored('its secret-data holds nothing')
  const unwritable = unwritableKey(data)
  return unwritable === undefined
    ? present(made, { exact: ['data'], immutable: ['type'] })
    : ignored(unwritable)
}

/** Why a green secret is not for this StorageCluster. */
const problemOf = (green: SecretView, own: PeerRef): string | undefined => {
  const [problem] = greenSecretProblems(green)
  if (problem !== undefined) return problem.message
  const { storageClusterRef } = peerRefOf(green) ?? {}
  const { namespace, name } = own.storageClusterRef
  return storageClusterRef?.namespace === namespace && storageClusterRef.name === name
    ? undefined
    : `it is for another StorageCluster than ${namespace}/${name}`
}

/** Whether the Secret of the other side is there to be named. */
export const isDelivered = (
  world: World,
  { spoke }: AgentWorld,
  namespace: string,
  name: string,
): boolean => {
  const secret = world.meta(spoke.Secret, { namespace, name })
  return secret !== undefined && secret.metadata.deletionTimestamp === undefined && isExchanged(secret)
}
