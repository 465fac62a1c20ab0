import { setTimeout as sleep } from 'node:timers/promises'
import type { MirrorPeer } from '@odfmo/api-types'
import { seconds } from './view/table.ts'
import type { View } from './view/view.ts'
import type { World } from './world/world.ts'

const lookEveryMs = 200

/** Deletes the MirrorPeers; answers how the clusters then differ from before them, after a last wait in vain. */
export async function deleteMirrorPeers(
  world: World,
  mirrorPeers: readonly MirrorPeer[],
  timeoutSeconds: number,
  view: View,
  signal: AbortSignal,
): Promise<string[]> {
  view.say('The MirrorPeers are deleted: everything must be as it was before them …')
  const beganAt = performance.now()
  for (const mirrorPeer of mirrorPeers) await world.delete(mirrorPeer, signal)
  for (;;) {
    const differences = await Promise.all(
      world.clusters.map(async ({ name, calls }) =>
        (await calls.differences()).map((difference) => `after the deletion, ${name}: ${difference}`),
      ),
    )
    const elapsedMs = performance.now() - beganAt
    if (differences.flat().length === 0) {
      view.say(`The clusters are as before, ${seconds(elapsedMs)} after the deletion.`)
      return []
    }
    if (elapsedMs > timeoutSeconds * 1000) return differences.flat()
    await Promise.race([sleep(lookEveryMs, undefined, { signal }), world.died])
  }
}
