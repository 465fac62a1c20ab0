import { alarms } from './alarms.ts'
import type { HubReference, MetricEntry } from './hub-reference.ts'

/** docs/reference/metrics.md. */
export function metricsPage({ metrics, rules }: HubReference): string {
  return `# Metrics of the hub controller

<!-- Made by npm run reference from the metrics that the hub controller registers. Do not edit. -->

\`/metrics\`, in the text format of Prometheus. Names are those of controller-runtime and client-go where they count the same;
the rest begin with \`odfmo_\`. The number of series does not grow with the number of MirrorPeers or clusters.

${[
  ['name', 'type', 'unit', 'labels', 'meaning', 'when to alarm'],
  ['---', '---', '---', '---', '---', '---'],
  ...metrics.map((metric) => [
    `\`${metric.name}\``,
    metric.type,
    unitOf(metric),
    metric.labels.map((label) => `\`${label}\``).join(', '),
    metric.help,
    alarms[metric.name] ?? '',
  ]),
]
  .map((cells) => `| ${cells.join(' | ')} |`)
  .join('\n')}

| label | values |
| --- | --- |
${labelRows(rules)
  .map(([names, values]) => `| ${names.map((name) => `\`${name}\``).join(', ')} | ${values} |`)
  .join('\n')}
`
}

export const unitOf = ({ name }: Pick<MetricEntry, 'name'>): string => {
  const base = name.replace(/_total$/, '')
  if (base.endsWith('_seconds')) return 'seconds'
  return base.endsWith('_bytes') ? 'bytes' : '1'
}

/** What each label can be; `rules` are the names of the rules. */
export const labelRows = (
  rules: readonly string[],
): readonly (readonly [names: readonly string[], values: string])[] => [
  [['derived', 'by'], `the rule that writes: ${rules.map((rule) => `\`${rule}\``).join(', ')}`],
  [
    ['state'],
    '`present` as wanted; `writing` under way; `waiting` for something that a condition names (of the console: an Event on its Deployment); `failed`; `going` being deleted; `absent`, `left` nothing to do; `pending` not looked at yet',
  ],
  [
    ['outcome'],
    '`stored`, `gone` (deleted); `conflict`, `exists` (somebody was faster: looked at again); `missing` (404); `refused` (422); `held` (not sent: leadership lost or stopping); `failed`',
  ],
  [
    ['phase', 'ready', 'reason'],
    'of the MirrorPeer’s status; empty: none yet; `other`: a word that is not ours',
  ],
  [['client'], 'whose credentials: those for the `hub`; of an agent also those for its `spoke`'],
  [['kind'], 'cluster and kind as watched: `hub.Secret`'],
  [['verb'], 'what was asked: `get`, `list`, `watch`, `create`, `patch`, `delete`'],
  [['method'], 'of HTTP'],
  [['code'], 'HTTP status, or `<error>` where there was no answer'],
  [['host'], 'of the API server'],
  [['name', 'controller'], 'of the queue (`hub`), or of the lease'],
  [['priority'], '`event` (something changed), `resync` (looked at once more)'],
  [['result'], '`success`, `requeue_after`, `error` (terminal ones too)'],
]
