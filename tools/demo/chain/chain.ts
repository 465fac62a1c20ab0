import { contract, type MirrorPeer } from '@odfmo/api-types'
import { agentSteps } from './agent-steps.ts'
import type { Expectation } from './expectation.ts'
import { exchangeSteps } from './exchange-steps.ts'
import { mirroringSteps } from './mirroring-steps.ts'
import { ramenSteps } from './ramen-steps.ts'
import { at, conditionOf } from './seen.ts'

/**
 * Everything that these MirrorPeers (eldest first) entail, in the order in which it comes about. The demo watches for
 * these, its live view and its summary show them, and its result is that all of them hold.
 */
export function chainOf(mirrorPeers: readonly MirrorPeer[], hubNamespace: string): Expectation[] {
  const chain = new Map<string, Expectation>()
  // Two MirrorPeers may entail the same thing: it is one.
  const add = (expectations: readonly Expectation[]): void => {
    for (const one of expectations) chain.set(`${one.step} ${one.about} ${one.cluster} ${one.object}`, one)
  }
  add(mirrorPeers.map((mirrorPeer) => taken(mirrorPeer)))
  const withAgent = new Set<string>()
  for (const { clusterName, storageClusterRef } of mirrorPeers.flatMap(({ spec }) => spec.items)) {
    // The elder rule: the first MirrorPeer that names a cluster says where its agent lives.
    if (!withAgent.has(clusterName)) add(agentSteps(clusterName, storageClusterRef.namespace))
    withAgent.add(clusterName)
  }
  for (const mirrorPeer of mirrorPeers) {
    for (const own of mirrorPeer.spec.items) {
      for (const other of mirrorPeer.spec.items) {
        if (other !== own)
          add([...exchangeSteps(mirrorPeer, own, other), ...mirroringSteps(mirrorPeer, own, other)])
      }
    }
  }
  for (const { spec } of mirrorPeers) {
    for (const own of spec.items) add(ramenSteps(own, hubNamespace, spec.manageS3 ?? false))
  }
  add(mirrorPeers.flatMap((mirrorPeer) => [exchanged(mirrorPeer), ready(mirrorPeer)]))
  return [...chain.values()]
}

const name = (mirrorPeer: MirrorPeer): string => mirrorPeer.metadata.name ?? ''

const onHub = (mirrorPeer: MirrorPeer) => ({
  about: 'hub',
  cluster: 'hub',
  object: `mirrorpeers ${name(mirrorPeer)}`,
})

const taken = (mirrorPeer: MirrorPeer): Expectation => ({
  ...onHub(mirrorPeer),
  step: 'MirrorPeer taken',
  why: 'the hub controller cleans up before it goes',
  shows: (seen) =>
    seen
      .get('hub', 'mirrorpeers', name(mirrorPeer))
      ?.metadata.finalizers?.find((one) => one === contract.finalizer.hub),
})

const exchanged = (mirrorPeer: MirrorPeer): Expectation => ({
  ...onHub(mirrorPeer),
  step: contract.mirrorPeer.phase.exchangedSecret,
  why: 'both blue and both green secrets are there and valid',
  shows: (seen) => {
    const phase = at(seen.get('hub', 'mirrorpeers', name(mirrorPeer)), 'status', 'phase')
    return phase === contract.mirrorPeer.phase.exchangedSecret ? phase : undefined
  },
})

const ready = (mirrorPeer: MirrorPeer): Expectation => ({
  ...onHub(mirrorPeer),
  step: 'Ready',
  why: 'everything that this MirrorPeer entails is in place',
  shows: (seen) =>
    conditionOf(seen.get('hub', 'mirrorpeers', name(mirrorPeer)), contract.mirrorPeer.condition.ready)
      ?.status === 'True'
      ? 'Ready'
      : undefined,
})
