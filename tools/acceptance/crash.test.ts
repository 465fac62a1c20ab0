import { kinds } from '@odfmo/api-types'
import { eventually, type Cluster, type Snapshot } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import {
  clustersOf,
  isServiceWrite,
  mirrorPeer,
  quiet,
  readyMirrorPeer,
  startAcceptanceWorld,
  untilHubWorks,
  type AcceptanceWorld,
} from './acceptance-world.ts'
import { differencesSince } from './differences-since.ts'

/** Every restart waits for the lock of the killed process to run out: a second, not fifteen. */
const flags = [
  '--leader-elect-lease-duration=1s',
  '--leader-elect-renew-deadline=800ms',
  '--leader-elect-retry-period=200ms',
]
/** A restarted process is silent while it waits for the lock: quiet is what is longer than that. */
const lockMs = 3_000
const convergesMs = 150_000

let world: AcceptanceWorld | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const snapshots = (clusters: readonly Cluster[]): readonly Snapshot[] =>
  clusters.map((cluster) => cluster.snapshot())

/** The MirrorPeer comes, everything settles, and it goes again: what the clusters were like in between. */
const oneLife = async (
  { admin, hub }: AcceptanceWorld,
  clusters: readonly Cluster[],
): Promise<readonly Snapshot[]> => {
  const before = snapshots(clusters)
  await admin.create(kinds.MirrorPeer, mirrorPeer('mp', { manageS3: true }))
  const ready = (): unknown => readyMirrorPeer(hub, 'mp')
  await eventually(clusters, ready, { timeoutMs: convergesMs })
  await quiet(clusters, lockMs)
  await eventually(clusters, ready, { timeoutMs: convergesMs })
  const between = snapshots(clusters)
  await admin.delete(kinds.MirrorPeer, { name: 'mp' })
  await eventually(clusters, () => expect(differencesSince(before, clusters)).toEqual([]), {
    timeoutMs: convergesMs,
  })
  return between
}

describe('a process killed (SIGKILL) after each of its writes in turn, deletion included', () => {
  it.each([
    ['hub', 25],
    ['agents', 25],
  ] as const)(
    '%s: the clusters end as after a life in peace, and as before it',
    async (victim, atLeast) => {
      const current = await startAcceptanceWorld({ flags, onHubEnd: () => world?.startHub() })
      world = current
      const { kubelets, spokes } = current
      const clusters = clustersOf(current)
      current.startHub()
      await untilHubWorks(current)
      const inPeace = await oneLife(current, clusters)
      await quiet(clusters)

      let kills = 0
      for (const cluster of clusters) {
        cluster.requests.subscribe((record) => {
          if (!isServiceWrite(record)) return
          const isHubs = record.userAgent.startsWith('odfmo-hub-controller/')
          const pid = current.hubPid()
          if (victim === 'hub' && isHubs && pid !== undefined) {
            kills += 1
            process.kill(pid, 'SIGKILL')
          }
          if (victim === 'agents' && !isHubs) {
            const n = spokes.findIndex(
              ({ name }) => cluster.name === name || record.user.includes(`:${name}:`),
            )
            kills += kubelets[n]?.kill('token-exchange-agent').length ?? 0
          }
        })
      }
      const underFire = await oneLife(current, clusters)

      expect(kills).toBeGreaterThanOrEqual(atLeast)
      expect(differencesSince(inPeace, underFire)).toEqual([])
    },
    3 * convergesMs,
  )
})
