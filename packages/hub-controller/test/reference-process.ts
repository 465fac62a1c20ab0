import { Credentials, KubeClient, Metrics, silentLogger } from '@odfmo/controller-kit'
import { hubManager } from '../src/run-hub.ts'
import { addOnConditionReasons } from '../src/status/reasons/add-on-condition-reasons.ts'
import { reasons } from '../src/status/reasons/reasons.ts'
import { requestReasons } from '../src/status/reasons/request-reasons.ts'
import { pictures } from '../src/status/test/pictures.ts'

// What the reference documents are made from, as JSON on stdout. A process of its own: tools import no service.

interface Metric {
  readonly labelNames?: readonly string[]
}

const examples = new Map<string, string>()
for (const { status, states } of pictures()) {
  for (const { type, status: value, reason, message } of status.conditions ?? [])
    if (type !== 'Ready' || value === 'True' || reason === 'Deleting')
      examples.set(reason, examples.get(reason) ?? message)
  for (const state of states.values())
    if (state.is === 'waiting') examples.set(state.reason, examples.get(state.reason) ?? state.message)
}

const metrics = new Metrics()
const { engine } = hubManager({
  config: {
    podNamespace: 'openshift-operators',
    tokenExchangeImage: 'example.com/agent:1',
    consolePort: 9001,
  },
  // It is made and never asked: everything registers its metrics before it starts.
  client: new KubeClient({
    cluster: 'hub',
    component: 'reference',
    version: '0',
    credentials: await Credentials.load({ access: { server: 'https://127.0.0.1:1' } }),
    rateLimit: false,
  }),
  logger: silentLogger,
  metrics,
  identity: 'reference',
  leaderElect: true,
  leaderTimings: undefined,
})

const labelsOf = (name: string): readonly string[] =>
  (metrics.registry.getSingleMetric(name) as Metric | undefined)?.labelNames ?? []
const registered = (await metrics.registry.getMetricsAsJSON()).map(({ name, help, type }) => ({
  name,
  help,
  type: String(type),
  labels: labelsOf(name),
}))

process.stdout.write(
  `${JSON.stringify({
    reasons: Object.entries(reasons).map(([reason, row]) => ({
      reason,
      ...row,
      ...(examples.has(reason) ? { example: examples.get(reason) } : {}),
    })),
    addOnConditionReasons: Object.entries(addOnConditionReasons).map(([reason, row]) => ({ reason, ...row })),
    requestReasons,
    metrics: registered.toSorted((a, b) => a.name.localeCompare(b.name)),
    rules: [...engine.countStates().keys()],
  })}\n`,
)
