// The in-memory API server alone in its process, so that its time and memory are its own.
import { startCluster } from '@odfmo/testkit'
import type { InMemoryCluster } from '@odfmo/testkit'
import { answerUsage, send } from './usage.ts'
import type { Access } from './usage.ts'

const timed = async (name: string): Promise<readonly [InMemoryCluster, number]> => {
  const beganAt = performance.now()
  const cluster = await startCluster({ name })
  return [cluster, performance.now() - beganAt]
}

answerUsage()
const [cluster, firstMs] = await timed('first')
const [second, laterMs] = await timed('second')
await second.stop()
const { ca, cert, key } = cluster.credentials()
const access: Access = { port: Number(new URL(cluster.url).port), ca, cert, key }
send({ event: 'ready', firstMs, laterMs, access })
