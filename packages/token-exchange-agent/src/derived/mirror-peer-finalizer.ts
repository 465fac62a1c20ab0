import { keyOf, keyText, type MirrorPeer, type ObjectKey } from '@odfmo/api-types'
import { derived, edited, from, leave, waiting, type Derived, type World } from '@odfmo/controller-kit'
import { spokeFinalizer } from '@odfmo/secret-naming'
import { isNamespaceGone } from '../gone-namespace.ts'
import type { AgentWorld } from '../kinds.ts'
import { ownFinalizers } from '../mirror-peer/own-finalizers.ts'
import {
  asyncOnly,
  isAccepted,
  live,
  pairingOf,
  pairings,
  type MirrorPeerView,
  type Pairing,
} from '../mirror-peer/pairing.ts'
import { partsOf } from '../parts.ts'
import { keepsFinalizer } from './reasons.ts'

/** The rules whose objects a MirrorPeer may leave behind. */
export interface CleanedUp {
  /** By handler name. */
  readonly hubSecrets: Readonly<Record<string, Derived>>
  readonly mirroring: Derived
  readonly spokeSecret: Derived
  readonly omapGenerator: Derived
  readonly replicationClass: Derived
  readonly bucketClaim: Derived
  readonly storageClassLabels: Derived
}

/**
 * Our finalizer on a MirrorPeer: there before anything is made for it, gone when a look on fresh reads finds nothing left
 * that only this MirrorPeer wanted. What that is, the rules themselves say.
 */
export const mirrorPeerFinalizer = (agent: AgentWorld, rules: CleanedUp): Derived<MirrorPeer> => {
  const { hub, scope } = agent
  const own = spokeFinalizer(scope.clusterName)
  return derived({
    name: 'mirror-peer-finalizer',
    kind: hub.MirrorPeer,
    keys: [
      from(hub.MirrorPeer, (mirrorPeer) =>
        partsOf(mirrorPeer, scope) === undefined ? [] : [keyOf(mirrorPeer)],
      ),
    ],
    wanted(key, world) {
      const mirrorPeer = world.read(hub.MirrorPeer, key, ['spec', 'meta'])
      const pairing = mirrorPeer === undefined ? undefined : pairingOf(agent, mirrorPeer)
      if (mirrorPeer === undefined || pairing === undefined) return leave()
      const held = ownFinalizers(mirrorPeer as MirrorPeer, scope.clusterName)
      const others = (mirrorPeer.metadata.finalizers ?? []).filter((finalizer) => !held.includes(finalizer))
      if (pairing.isLive) {
        if (held.length === 1 && held[0] === own) return leave()
        if (held.length === 0 && !isAccepted(mirrorPeer)) {
          return waiting('NotAccepted', `the hub has not put its finalizer on MirrorPeer ${key.name} yet`)
        }
        return edited(withFinalizers(mirrorPeer, [...others, own]))
      }
      if (held.length === 0) return leave()
      const remains = leftovers(world, agent, rules, pairing)
      return remains.length === 0
        ? edited(withFinalizers(mirrorPeer, others), { confirm: true })
        : waiting('CleaningUp', `clean-up on ${scope.clusterName}: still there ${remains.join(', ')}`)
    },
  })
}

const withFinalizers = (mirrorPeer: MirrorPeerView, finalizers: readonly string[]): MirrorPeer => {
  const { finalizers: _before, ...metadata } = mirrorPeer.metadata
  return { ...mirrorPeer, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } }
}

/** What a deleting MirrorPeer leaves behind as yet, for people. */
const leftovers = (world: World, agent: AgentWorld, rules: CleanedUp, pairing: Pairing): readonly string[] =>
  duties(world, agent, rules, pairing).flatMap(({ rule, key }) => {
    if (rule.kind.cluster === agent.spoke.Namespace.cluster && isNamespaceGone(world, agent, key)) return []
    const remains = remainsOf(world, rule, key)
    return remains === undefined ? [] : [`${rule.kind.kind.kind} ${keyText(key)}${remains}`]
  })

const duties = (
  world: World,
  agent: AgentWorld,
  rules: CleanedUp,
  parts: Pairing,
): readonly { readonly rule: Derived; readonly key: ObjectKey }[] => [
  ...parts.hubSecrets.flatMap(({ handler, key }) => {
    const rule = rules.hubSecrets[handler]
    return rule === undefined ? [] : [{ rule, key }]
  }),
  ...(parts.isAsync
    ? [
        { rule: rules.mirroring, key: parts.storageCluster },
        { rule: rules.omapGenerator, key: parts.operatorConfig },
        ...parts.spokeSecrets.map(({ key }) => ({ rule: rules.spokeSecret, key })),
        // Those of other MirrorPeers too are not looked at: they may lead to namespaces that are not ours to read.
        ...classesOf(world, agent, parts)
          .filter(
            (key) => live(asyncOnly(pairings(world, agent, agent.mirrorPeersByClass, key.name))).length === 0,
          )
          .map((key) => ({ rule: rules.replicationClass, key })),
        ...world.find(agent.storageClassesByNamespace, parts.namespace, []).map((storageClass) => ({
          rule: rules.storageClassLabels,
          key: { name: storageClass.metadata.name ?? '' },
        })),
      ]
    : []),
  ...parts.bucketClaims.map((key) => ({ rule: rules.bucketClaim, key })),
]

/** Those of its intervals, and those of intervals that it had before. */
const classesOf = (
  world: World,
  agent: AgentWorld,
  { replicationClasses, namespace }: Pairing,
): ObjectKey[] => {
  const names = [
    ...replicationClasses.map(({ key }) => key.name),
    ...world.find(agent.ownClassesByNamespace, namespace, []).map(({ metadata }) => metadata.name ?? ''),
  ]
  return [...new Set(names)].map((name) => ({ name }))
}

/**
 * Whether a rule has something left to take away at this key: the reason in brackets when it gives one, else an empty
 * text; undefined when nothing is left. Asked of the same world, so fresh when that is fresh.
 */
const remainsOf = (world: World, rule: Derived, key: ObjectKey): string | undefined => {
  const wanted = rule.wanted(key, world)
  switch (wanted.is) {
    case 'leave':
    case 'present':
      return undefined
    case 'edited':
      return ''
    case 'waiting':
      return keepsFinalizer(wanted.reason) ? ` (${wanted.message})` : undefined
    case 'absent': {
      const live = world.get(rule.kind, key)
      return live === undefined || rule.ours?.(live, key) === false ? undefined : ''
    }
  }
}
