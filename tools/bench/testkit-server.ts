// The server's side of the testkit benchmark: alone in its process, as the bars are for one core.
import { startCluster } from '@odfmo/testkit'

export type ServerMessage =
  | {
      readonly event: 'ready'
      readonly firstMs: number
      readonly secondMs: number
      readonly kubeconfig: string
    }
  | { readonly event: 'heap'; readonly bytes: number }

const send = (message: ServerMessage): void => void process.send?.(message)

process.on('disconnect', () => process.exit())
process.on('message', () => {
  globalThis.gc?.()
  send({ event: 'heap', bytes: process.memoryUsage().heapUsed })
})

const beganAt = performance.now()
const cluster = await startCluster({ name: 'first' })
const firstMs = performance.now() - beganAt
const secondAt = performance.now()
const second = await startCluster({ name: 'second' })
const secondMs = performance.now() - secondAt
await second.stop()
send({ event: 'ready', firstMs, secondMs, kubeconfig: cluster.kubeconfig() })
