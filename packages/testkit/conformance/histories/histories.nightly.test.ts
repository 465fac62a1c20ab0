import { expect, it } from 'vitest'
import { startControlPlane } from '../../src/control-plane/start-control-plane.ts'
import { startCluster } from '../../src/start-cluster.ts'
import { describeControlPlane } from '../../src/testing/describe-control-plane.ts'
import { gadgetDefinition } from './gadget-definition.ts'
import { Histories } from './history.ts'
import type { HistoryDifference } from './history.ts'

const minutes = Number(process.env['ODFMO_NIGHTLY_MINUTES'] ?? 1)
const options = { crds: [gadgetDefinition], controllers: false as const }

describeControlPlane('histories of one object', () => {
  it(
    'many write it in every way, and a real API server and the in-memory one answer the same',
    async () => {
      const first = Number(process.env['HISTORY_SEED'] ?? Math.trunc(Date.now() / 1000))
      const until = performance.now() + minutes * 60_000
      const found: HistoryDifference[] = []
      const controlPlane = await startControlPlane({ clusters: ['histories'], ...options })
      const memory = await startCluster(options)
      const histories = new Histories(controlPlane.cluster('histories'), memory, 'histories')
      try {
        await histories.start()
        for (let seed = first; performance.now() < until && found.length < 5; seed++) {
          const difference = await histories.run(seed)
          if (difference !== undefined) found.push(difference)
        }
      } finally {
        await histories.close()
        await memory.stop()
        await controlPlane.stop()
      }
      expect(found, 'HISTORY_SEED=<seed> runs one again').toEqual([])
      expect(histories.byStatus['200']).toBeGreaterThan(histories.steps / 4)
    },
    Number.POSITIVE_INFINITY,
  )
})
