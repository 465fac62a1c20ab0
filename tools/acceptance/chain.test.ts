import { kinds } from '@odfmo/api-types'
import { eventually } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import {
  clustersOf,
  mirrorPeer,
  quiet,
  readyMirrorPeer,
  startAcceptanceWorld,
  untilHubWorks,
  type AcceptanceWorld,
} from './acceptance-world.ts'
import { differencesSince } from './differences-since.ts'
import { appearancesOf } from './secret-scan.ts'

/** On a busy machine, and a real control plane takes its time to start and to end. */
const convergesMs = 150_000
const stopsMs = 240_000

let world: AcceptanceWorld | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
}, stopsMs)

describe('the whole chain, services as processes', () => {
  it.each([true, false])(
    'exchanges, says no secret at the most verbose level, and leaves nothing when the MirrorPeer goes (manageS3 %s)',
    async (manageS3) => {
      world = await startAcceptanceWorld({ flags: ['--log-level=debug'] })
      const { admin, hub, storages } = world
      const clusters = clustersOf(world)
      world.startHub()
      await untilHubWorks(world)
      const before = await Promise.all(clusters.map(async (cluster) => cluster.snapshot()))

      await admin.create(kinds.MirrorPeer, mirrorPeer('mp', { manageS3 }))
      await eventually(clusters, () => readyMirrorPeer(hub, 'mp'), { timeoutMs: convergesMs })
      expect((await readyMirrorPeer(hub, 'mp')).status?.phase).toBe('ExchangedSecret')
      await quiet(clusters)

      await admin.delete(kinds.MirrorPeer, { name: 'mp' })
      await eventually(clusters, async () => expect(await differencesSince(before, clusters)).toEqual([]), {
        timeoutMs: convergesMs,
      })

      const secrets = storages.flatMap((storage) => storage.secretValues())
      expect(secrets.length).toBeGreaterThan(3)
      const logs = world.logs()
      expect(logs.length).toBeGreaterThan(1_000)
      expect(appearancesOf(secrets, logs)).toEqual([])
    },
    6 * convergesMs,
  )
})
