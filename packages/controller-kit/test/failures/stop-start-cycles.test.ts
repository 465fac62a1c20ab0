import { startCluster } from '@odfmo/testkit'
import { it } from 'vitest'
import { cyclesWithoutSockets, cyclesWithSockets } from './stop-start-cycles.ts'

/** Some seconds each; a machine with other things to do takes longer. */
const longMs = 180_000

it(
  '10,000 stop/start cycles without a leak of timers, sockets or heap',
  () => cyclesWithoutSockets(10_000),
  longMs,
)

// The nightly run makes 300 of them.
it(
  '20 stop/start cycles of whole managers without a leak of timers, sockets or heap',
  async () => {
    const cluster = await startCluster({ name: 'hub', controllers: false })
    try {
      await cyclesWithSockets(cluster, 20)
    } finally {
      await cluster.stop()
    }
  },
  longMs,
)
