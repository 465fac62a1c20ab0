import { setTimeout as sleep } from 'node:timers/promises'
import type { Run } from './run.ts'
import { seconds } from './view/table.ts'

const lookEveryMs = 200

/** Deletes the MirrorPeers; answers how the clusters then differ from before them, after a last wait in vain. */
export async function deleteMirrorPeers({
  world,
  mirrorPeers,
  options,
  view,
  signal,
}: Run): Promise<string[]> {
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
    if (elapsedMs > options.timeoutSeconds * 1000) return differences.flat()
    await Promise.race([sleep(lookEveryMs, undefined, { signal }), world.died])
  }
}
