// The webhook as a process of its own that can be asked what it holds. Started by fuzz/fuzz-server.ts, which is told the port.
import { createLogger, Metrics, SecretValue } from '@odfmo/controller-kit'
import { webhookManager } from '../src/run-webhook.ts'
import { WebhookMetrics } from '../src/webhook-metrics.ts'
import type { FuzzServerAnswer } from './fuzz/fuzz-server.ts'
import { testAuthority } from './test-certificates.ts'

const send = (answer: FuzzServerAnswer): void => void process.send?.(answer)

const authority = testAuthority('fuzz', Date.now())
const { cert, key } = authority.certificate()
const certificate = { cert, key: new SecretValue(key) }
/** Slow senders have tests of their own. Here everybody waits for his turn on a machine that does ten things at once. */
const longMs = 600_000
const metrics = new Metrics()
const webhookMetrics = new WebhookMetrics(metrics)
const { manager, server } = webhookManager({
  config: { host: '127.0.0.1', port: 0 },
  certificates: {
    current: () => certificate,
    problem: () => undefined,
    subscribe: () => () => {},
    run: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  },
  logger: createLogger({ component: 'webhook', level: 'info' }),
  metrics,
  webhookMetrics,
  limits: {
    handshakeMs: longMs,
    headersMs: longMs,
    requestMs: longMs,
    keepAliveMs: longMs,
    lingerMs: longMs,
  },
})

const stop = new AbortController()
process.on('disconnect', () => process.exit())
process.on('message', () => {
  for (let time = 0; time < 3; time++) globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const connections = process
    .getActiveResourcesInfo()
    .filter((resource) => resource === 'TCPSocketWrap').length
  send({ is: 'held', heapBytes: heapUsed + external, rssBytes: rss, connections })
})
const running = manager.run(stop.signal)
const look = setInterval(() => {
  if (server.port === 0) return
  clearInterval(look)
  send({ is: 'listening', port: server.port, ca: authority.pem })
}, 5)
await running
