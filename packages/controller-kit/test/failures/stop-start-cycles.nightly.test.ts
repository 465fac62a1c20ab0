import { startCluster } from '@odfmo/testkit'
import { it } from 'vitest'
import { cyclesWithSockets } from './stop-start-cycles.ts'

it('300 stop/start cycles of whole managers without a leak of timers, sockets or heap', async () => {
  const cluster = await startCluster({ name: 'hub', controllers: false })
  try {
    await cyclesWithSockets(cluster, 300)
  } finally {
    await cluster.stop()
  }
}, 600_000)
