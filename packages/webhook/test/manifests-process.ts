import { Metrics } from '@odfmo/controller-kit'
import { installedNames } from '../src/installed-names.ts'
import { selfSignedRbac } from '../src/self-signed/rbac.ts'
import { WebhookMetrics } from '../src/webhook-metrics.ts'

// What the manifests are made from, as JSON on stdout, for an installation into the namespace that is the first argument. A
// process of its own: tools import no service.

interface Metric {
  readonly labelNames?: readonly string[]
}

const metrics = new Metrics()
const webhookMetrics = new WebhookMetrics(metrics)
webhookMetrics.watchCertificate({
  current: () => undefined,
  problem: () => undefined,
  subscribe: () => () => {},
  run: () => Promise.resolve(),
})

const registered = (await metrics.registry.getMetricsAsJSON()).map(({ name, help, type }) => ({
  name,
  help,
  type: String(type),
  labels: (metrics.registry.getSingleMetric(name) as Metric | undefined)?.labelNames ?? [],
}))

process.stdout.write(
  `${JSON.stringify({ rbac: selfSignedRbac(process.argv[2] ?? ''), names: installedNames, metrics: registered })}\n`,
)
