import { contract } from '@odfmo/api-types'
import type { HubReference } from '../../reference/hub-reference.ts'
import { components } from '../names.ts'
import { metricsServiceName } from '../objects/metrics-service.ts'
import { hubControllerMemory } from '../objects/hub-controller.ts'
import type { Alert } from './alert.ts'
import { aggregate, growth, selectorOfJob } from './promql.ts'
import { runtimeAlerts } from './runtime-alerts.ts'

const longestWaitMinutes = 30

/** Reasons that say that no agent is there: its lease is stale, or it never showed a sign of life. */
const agentReasons = ['AgentNotAvailable', 'NoAvailable']

/** When somebody should look at the hub controller, or at what it says of MirrorPeers. */
export const hubControllerAlerts = ({ metrics, reasons }: HubReference): readonly Alert[] => {
  const job = metricsServiceName(components.hubController)
  const select = selectorOfJob(job, metrics)
  return [
    {
      alert: 'OdfmoMirrorPeerNotReady',
      expr: `${aggregate([], 'max', select('odfmo_mirrorpeers_longest_not_ready_seconds'))} > ${longestWaitMinutes * 60}`,
      severity: 'warning',
      summary: `A MirrorPeer has not been exchanged for ${longestWaitMinutes} minutes.`,
      description:
        'Its secrets are not exchanged, or were and are not any more: disaster recovery between its clusters is not to be relied on. `kubectl get mirrorpeers -o wide` says which one, what is missing and who should bring it.',
    },
    {
      alert: 'OdfmoMirrorPeerRefused',
      expr: `${aggregate(['reason'], 'max', select('odfmo_mirrorpeers_not_ready', { reason: refusals(reasons) }))} > 0`,
      for: '10m',
      severity: 'warning',
      summary: 'A MirrorPeer waits for a person: {{ $labels.reason }}.',
      description:
        'It does not become ready by waiting. `kubectl get mirrorpeers -o wide` says which one and why; docs/reference/conditions.md says what to do.',
    },
    {
      alert: 'OdfmoAgentLeaseStale',
      expr: `${aggregate(['reason'], 'max', select('odfmo_mirrorpeers_not_ready', { reason: known(reasons, agentReasons) }))} > 0`,
      for: '10m',
      severity: 'warning',
      summary: 'The agent of a managed cluster shows no sign of life.',
      description:
        'Its lease is not renewed, or the whole cluster cannot be reached: rotated keys are not exchanged. `kubectl get mirrorpeers -o wide` names the cluster; there: `kubectl get pods -A -l app=token-exchange-agent`.',
    },
    {
      alert: 'OdfmoNoLeader',
      expr: `(${aggregate(['name'], 'sum', select('leader_election_master_status', { name: contract.hubLease }))} != 1) or absent(${select('leader_election_master_status', { name: contract.hubLease })})`,
      for: '5m',
      severity: 'critical',
      summary: 'No replica of the hub controller works, or more than one does.',
      description:
        'No MirrorPeer is looked after. Do its pods run, and can they reach the API server? Their log says who holds the lease.',
    },
    ...runtimeAlerts({
      component: components.hubController,
      prefix: 'OdfmoHubController',
      metrics,
      limitMiB: hubControllerMemory.limitMiB,
    }),
    {
      alert: 'OdfmoObjectsFailed',
      expr: `${aggregate(['derived'], 'max', select('odfmo_derived_objects', { state: 'failed' }))} > 0`,
      for: '10m',
      severity: 'warning',
      summary: 'Objects of {{ $labels.derived }} cannot be computed or written.',
      description:
        'They are tried again with growing pauses. The conditions of the MirrorPeers and the log of the hub controller say why.',
    },
    {
      alert: 'OdfmoObjectsStayDeleted',
      expr: `${aggregate(['derived'], 'max', select('odfmo_derived_objects', { state: 'going' }))} > 0`,
      for: '1h',
      severity: 'warning',
      summary: 'Objects of {{ $labels.derived }} have been deleted for an hour and are still there.',
      description: 'Somebody’s finalizer holds them.',
    },
    {
      alert: 'OdfmoFieldContested',
      expr: `${aggregate(['derived'], 'max', select('odfmo_derived_contested'))} > 0`,
      for: '10m',
      severity: 'warning',
      summary: 'Somebody else writes the same field of {{ $labels.derived }}.',
      description: 'The log and the condition say who: let one of the two give way.',
    },
    {
      alert: 'OdfmoWritesFail',
      expr: `${growth(['by', 'outcome'], select('odfmo_writes_total', { outcome: ['refused', 'failed'] }))} > 0`,
      for: '10m',
      severity: 'warning',
      summary: 'Writes of {{ $labels.by }} are {{ $labels.outcome }}.',
      description:
        'The API server refuses them, or does not answer. The log of the hub controller says which.',
    },
  ]
}

const refusals = (reasons: HubReference['reasons']): readonly string[] =>
  reasons.flatMap(({ reason, refusal }) => (refusal === true ? [reason] : []))

const known = (reasons: HubReference['reasons'], names: readonly string[]): readonly string[] => {
  for (const name of names)
    if (!reasons.some(({ reason }) => reason === name)) throw new Error(`alert: there is no reason ${name}`)
  return names
}
