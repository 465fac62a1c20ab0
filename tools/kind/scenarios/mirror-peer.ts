import { contract, kinds, type DefaultedMirrorPeer } from '@odfmo/api-types'
import { chainOf } from '../../demo/chain/chain.ts'
import { conditionOf } from '../../demo/chain/seen.ts'
import type { Fleet } from './fleet.ts'
import { convergedRef } from './storage-refs.ts'

const { ready } = contract.mirrorPeer.condition

/** One between both spokes of the fleet. */
export const mirrorPeerOf = (
  { spokes }: Pick<Fleet, 'spokes'>,
  name: string,
  spec: Partial<DefaultedMirrorPeer['spec']> = {},
): DefaultedMirrorPeer => ({
  apiVersion: contract.apiVersion,
  kind: kinds.MirrorPeer.kind,
  metadata: { name },
  spec: {
    type: 'async',
    manageS3: true,
    schedulingIntervals: ['5m'],
    items: spokes.map((spoke) => ({ clusterName: spoke.name, storageClusterRef: convergedRef })),
    ...spec,
  },
})

/** The one that most scenarios are about. */
export const firstMirrorPeer = (fleet: Pick<Fleet, 'spokes'>): DefaultedMirrorPeer =>
  mirrorPeerOf(fleet, 'odfmo-scenario')

export const create = async ({ observer, signal }: Fleet, mirrorPeer: DefaultedMirrorPeer): Promise<void> => {
  await observer.client('hub').create(kinds.MirrorPeer, mirrorPeer, { signal })
}

/** What the hub says about it, for the message of a scenario that failed. */
const wordsOf = ({ observer: { seen } }: Fleet, { metadata: { name = '' } }: DefaultedMirrorPeer): string => {
  const found = conditionOf(seen.get('hub', 'mirrorpeers', name), ready)
  return found === undefined
    ? `${name} has no condition ${ready}`
    : `${name}: ${found.reason}: ${found.message}`
}

/** Resolves when everything holds that these MirrorPeers (eldest first) entail. */
export const untilChainHolds = (fleet: Fleet, mirrorPeers: readonly DefaultedMirrorPeer[]): Promise<void> =>
  fleet.until(() => {
    const lacking = chainOf(mirrorPeers, fleet.namespace).filter(
      ({ shows }) => shows(fleet.observer.seen) === undefined,
    )
    if (lacking.length === 0) return
    const lines = lacking.map(
      ({ about, step, object, cluster }) => `${about}: ${step}: ${object} on ${cluster}`,
    )
    const words = mirrorPeers.map((one) => wordsOf(fleet, one))
    throw new Error(['this is not as expected:', ...lines, ...words].join('\n  '))
  })

/** Resolves when it is Ready, and so by what it says now. */
export const untilReady = (fleet: Fleet, mirrorPeer: DefaultedMirrorPeer): Promise<void> =>
  fleet.until(() => {
    const live = fleet.observer.seen.get('hub', 'mirrorpeers', mirrorPeer.metadata.name ?? '')
    if (conditionOf(live, ready)?.status !== 'True') throw new Error(wordsOf(fleet, mirrorPeer))
  })

/** Deletes it; resolves when it is gone. */
export const remove = async (
  fleet: Fleet,
  { metadata: { name = '' } }: DefaultedMirrorPeer,
): Promise<void> => {
  const { observer, signal } = fleet
  await observer.client('hub').delete(kinds.MirrorPeer, { name }, { signal })
  await fleet.until(() => {
    const live = observer.seen.get('hub', 'mirrorpeers', name)
    if (live !== undefined)
      throw new Error(`${name} is still there, held by ${(live.metadata.finalizers ?? []).join(', ')}`)
  })
}
