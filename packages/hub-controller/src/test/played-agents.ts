import { contract, keyOf, kinds, type MirrorPeer, type PeerRef } from '@odfmo/api-types'
import { isConflict, isNotFound } from '@odfmo/controller-kit'
import { spokeFinalizer } from '@odfmo/secret-naming'
import { eventually } from '@odfmo/testkit'
import { expect } from 'vitest'
import { blue, s3 } from './builders.ts'
import { find, list, peer } from './hub-cluster.ts'
import type { Scene } from './scene.ts'

export const nameOfPeer = ({ metadata }: Pick<MirrorPeer, 'metadata'>): string => metadata.name ?? ''

/** The agents of a fleet, played by an administrator: what each writes on the hub, whichever clusters there are. */
export interface PlayedAgents {
  /** The agent of a cluster delivers and puts its finalizer on; waits for the hub's. */
  join(mirrorPeer: string, ref: PeerRef, finalizer?: string): Promise<void>
  /** It takes back what it delivered, where no other live MirrorPeer uses it, then its finalizer. */
  leave(mirrorPeer: string, ref: PeerRef, finalizer?: string): Promise<void>
}

export const playedAgents = (stage: Scene): PlayedAgents => {
  const { cluster } = stage
  const edit = async (name: string, change: (finalizers: readonly string[]) => readonly string[]) => {
    for (;;) {
      const live = await find(cluster, kinds.MirrorPeer, { name })
      if (live === undefined) return
      const { finalizers = [], resourceVersion } = live.metadata
      try {
        await stage.edit(
          kinds.MirrorPeer,
          { name },
          { metadata: { resourceVersion, finalizers: change(finalizers) } },
        )
        return
      } catch (error) {
        if (isNotFound(error)) return
        if (!isConflict(error)) throw error
      }
    }
  }
  return {
    async join(mirrorPeer, ref, finalizer = spokeFinalizer(ref.clusterName)) {
      await cluster.apply(blue(ref), s3(ref))
      await eventually(cluster, async () =>
        expect((await peer(cluster, mirrorPeer)).metadata.finalizers).toContain(contract.finalizer.hub),
      )
      await edit(mirrorPeer, (finalizers) => [...new Set([...finalizers, finalizer])])
    },
    async leave(mirrorPeer, ref, finalizer = spokeFinalizer(ref.clusterName)) {
      const users = (await list(cluster, kinds.MirrorPeer)).filter(
        ({ metadata, spec }) =>
          metadata.deletionTimestamp === undefined &&
          spec.items.some((item) => JSON.stringify(item) === JSON.stringify(ref)),
      )
      if (users.length === 0) {
        for (const secret of [blue(ref), s3(ref)]) {
          if ((await find(cluster, kinds.Secret, keyOf(secret))) !== undefined)
            await stage.remove(kinds.Secret, keyOf(secret))
        }
      }
      await edit(mirrorPeer, (finalizers) => finalizers.filter((one) => one !== finalizer))
    },
  }
}
