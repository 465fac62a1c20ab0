import { journalOf } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import {
  clustersOf,
  isServiceWrite,
  quiet,
  startAcceptanceWorld,
  untilHubWorks,
  type AcceptanceWorld,
} from './acceptance-world.ts'
import { convergesMs, oneLife, shortLocks as flags } from './one-life.ts'

const stopsMs = 240_000

let world: AcceptanceWorld | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
}, stopsMs)

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
        const journal = await journalOf(cluster)
        journal.subscribe((record) => {
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
      await oneLife(current, clusters, { asBefore: inPeace })
      expect(kills).toBeGreaterThanOrEqual(atLeast)
    },
    3 * convergesMs,
  )
})
