import { contract, elder, type MirrorPeer } from '@odfmo/api-types'
import type { Index, View, World } from '@odfmo/controller-kit'
import type { AgentWorld } from '../kinds.ts'
import { partsOf, type MirrorPeerParts } from '../parts.ts'
import { ownFinalizers } from './own-finalizers.ts'

export type MirrorPeerView = View<MirrorPeer, 'spec' | 'meta'>

/**
 * How far a MirrorPeer goes here.
 *
 * - `inForce`: accepted by the hub, and our finalizer is on it: its wishes count.
 * - `starting`: live, but one of the two is missing: nothing is made for it, and nothing is taken from it either.
 * - `unaccepted`: live, but neither is there: as `starting`, and it has no say in anything shared.
 * - `leaving`: deleting, with our finalizer: what only it wanted is cleaned up.
 * - `left`: deleting, and our part is done (or was never begun).
 */
export type Standing = 'inForce' | 'starting' | 'unaccepted' | 'leaving' | 'left'

/** A MirrorPeer that names this cluster. */
export interface Pairing extends MirrorPeerParts {
  readonly mirrorPeer: MirrorPeerView
  readonly standing: Standing
  /** Not deleting: it keeps what others would take away. */
  readonly isLive: boolean
  /** Our finalizer is on it: it remembers what is to be taken away for it. */
  readonly isHeld: boolean
}

/** The MirrorPeers in a bucket of an index, the eldest first. */
export const pairings = (
  world: World,
  agent: AgentWorld,
  index: Index<MirrorPeer>,
  value: string,
): readonly Pairing[] =>
  world
    .find(index, value, ['spec', 'meta'])
    .flatMap((mirrorPeer) => pairingOf(agent, mirrorPeer) ?? [])
    .toSorted((a, b) => elder(a.mirrorPeer, b.mirrorPeer))

/** What a MirrorPeer is to this cluster; undefined when it is nothing to it. */
export const pairingOf = (
  { scope }: Pick<AgentWorld, 'scope'>,
  mirrorPeer: MirrorPeerView,
): Pairing | undefined => {
  const parts = partsOf(mirrorPeer, scope)
  if (parts === undefined) return undefined
  const isLive = mirrorPeer.metadata.deletionTimestamp === undefined
  const isHeld = ownFinalizers(mirrorPeer, scope.clusterName).length > 0
  return { ...parts, mirrorPeer, isLive, isHeld, standing: standingOf(mirrorPeer, scope.clusterName) }
}

/** Whether the hub has accepted a MirrorPeer: its finalizer is on it, so it will wait for ours. */
export const isAccepted = ({ metadata }: Pick<MirrorPeerView, 'metadata'>): boolean =>
  metadata.finalizers?.includes(contract.finalizer.hub) ?? false

/** The standing by the MirrorPeer alone. */
export const standingOf = (mirrorPeer: MirrorPeerView, clusterName: string): Standing => {
  const isHeld = ownFinalizers(mirrorPeer, clusterName).length > 0
  if (mirrorPeer.metadata.deletionTimestamp !== undefined) return isHeld ? 'leaving' : 'left'
  if (!isHeld && !isAccepted(mirrorPeer)) return 'unaccepted'
  return isHeld && isAccepted(mirrorPeer) ? 'inForce' : 'starting'
}

export const inForce = (all: readonly Pairing[]): readonly Pairing[] =>
  all.filter(({ standing }) => standing === 'inForce')

export const leaving = (all: readonly Pairing[]): readonly Pairing[] =>
  all.filter(({ standing }) => standing === 'leaving')

export const live = (all: readonly Pairing[]): readonly Pairing[] => all.filter(({ isLive }) => isLive)

/**
 * Those that may decide a single value (elder rule). One that the hub never accepts (its spec may be invalid) must not stand in
 * the way of younger ones.
 */
export const claimants = (all: readonly Pairing[]): readonly Pairing[] =>
  live(all).filter(({ standing }) => standing !== 'unaccepted')

export const asyncOnly = (all: readonly Pairing[]): readonly Pairing[] => all.filter(({ isAsync }) => isAsync)
