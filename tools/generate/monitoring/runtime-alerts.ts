import type { MetricEntry } from '../../reference/hub-reference.ts'
import type { Component } from '../names.ts'
import { metricsServiceName } from '../objects/metrics-service.ts'
import type { Alert } from './alert.ts'
import { aggregate, growth, selectorOfJob } from './promql.ts'

interface RuntimeAlerts {
  readonly component: Component
  /** Of the alerts' names. */
  readonly prefix: string
  /** What the service registers. */
  readonly metrics: readonly MetricEntry[]
  /** What its container may take. */
  readonly limitMiB: number
}

/** What can be wrong with any service that watches kinds and works on a queue. */
export const runtimeAlerts = ({ component, prefix, metrics, limitMiB }: RuntimeAlerts): readonly Alert[] => {
  const select = selectorOfJob(metricsServiceName(component), metrics)
  return [
    {
      alert: `${prefix}WatchBroken`,
      expr: `${aggregate(['pod', 'kind'], 'min', select('odfmo_informer_synced'))} == 0`,
      for: '5m',
      severity: 'critical',
      summary: `${component} does not see {{ $labels.kind }}.`,
      description:
        'What depends on these objects stands still. `/readyz?verbose` of the pod and its log say why: a right is missing, or the API server does not answer.',
    },
    {
      alert: `${prefix}WatchFails`,
      expr: `${growth(['kind'], select('odfmo_informer_failures_total'))} > 0`,
      for: '15m',
      severity: 'warning',
      summary: `Lists or watches of {{ $labels.kind }} by ${component} fail again and again.`,
      description: 'A right is missing, or the API server does not answer. The log of the pod says which.',
    },
    forbiddenAlert({ component, prefix, metrics }),
    {
      alert: `${prefix}Hangs`,
      expr: `${aggregate(['pod'], 'max', select('workqueue_longest_running_processor_seconds'))} > 300 or ${aggregate(['pod'], 'max', select('odfmo_controller_abandoned_reconciles'))} > 0`,
      for: '10m',
      severity: 'warning',
      summary: `${component} has been at one thing for more than five minutes.`,
      description: 'Its log says at what. If it stays, delete the pod.',
    },
    {
      alert: `${prefix}Behind`,
      expr: `${aggregate(['pod'], 'max', select('workqueue_depth'))} > 1000`,
      for: '10m',
      severity: 'warning',
      summary: `${component} does not get through its work.`,
      description: 'Is it short of CPU, or the API server slow (rest_client_request_duration_seconds)?',
    },
    {
      alert: `${prefix}Defect`,
      expr: `${growth([], select('odfmo_informer_listener_errors_total'))} > 0 or ${growth([], select('odfmo_controller_source_errors_total'))} > 0`,
      severity: 'warning',
      summary: `${component} caught an error of its own.`,
      description: 'This is a defect: report it with the log of the pod.',
    },
    memoryAlert({ component, prefix, metrics, limitMiB }),
  ]
}

/** Of any service. */
export const memoryAlert = ({ component, prefix, metrics, limitMiB }: RuntimeAlerts): Alert => {
  const select = selectorOfJob(metricsServiceName(component), metrics)
  const bytes = Math.round(limitMiB * 2 ** 20 * 0.9)
  return {
    alert: `${prefix}MemoryHigh`,
    expr: `${aggregate(['pod'], 'max', select('process_resident_memory_bytes'))} > ${bytes}`,
    for: '10m',
    severity: 'warning',
    summary: `${component} takes nearly the ${limitMiB} MiB that it is allowed.`,
    description: 'It will be killed and started again. Raise the limit of its Deployment.',
  }
}

/** Of any service. */
export const forbiddenAlert = ({ component, prefix, metrics }: Omit<RuntimeAlerts, 'limitMiB'>): Alert => {
  const select = selectorOfJob(metricsServiceName(component), metrics)
  return {
    alert: `${prefix}Forbidden`,
    expr: `${growth(['method'], select('rest_client_requests_total', { code: '403' }))} > 0`,
    for: '10m',
    severity: 'warning',
    summary: `The API server refuses ${component} a {{ $labels.method }} for want of a right.`,
    description: 'The log names verb and resource. The rights it needs are in deploy/base.',
  }
}
