import { listAt, recordAt, textAt } from '../../kube-object.ts'
import type { PrinterColumn } from '../../resources/resource.ts'
import { age, counted, flag, none, numberAt, plainText, text, whole } from './column.ts'
import type { Cell } from './column.ts'

/** A number or a percentage of pods. */
const pods =
  (field: string): Cell =>
  (budget) => {
    const value = recordAt(budget, 'spec')[field]
    return typeof value === 'string' || typeof value === 'number' ? plainText(value) : 'N/A'
  }

/** What is used of the limits (or of all else) that a quota has seen. */
const quotas =
  (ofLimits: boolean): Cell =>
  (quota) => {
    const used = recordAt(quota, 'status', 'used')
    return Object.entries(recordAt(quota, 'status', 'hard'))
      .filter(([name]) => name.startsWith('limits.') === ofLimits)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, hard]) => `${name}: ${plainText(used[name] ?? 0)}/${plainText(hard)}`)
      .join(', ')
  }

const unknown = '<unknown>'
const mostMetrics = 2

/** A metric of an autoscaler: where it is (when that is known) and where it should be. */
const metricText = (metric: unknown, current: unknown): string => {
  const type = textAt(metric, 'type')
  const field = type.charAt(0).toLowerCase() + type.slice(1)
  const wanted = recordAt(metric, field, 'target')
  const seen = recordAt(current, field, 'current')
  const name = textAt(metric, field, 'name')
  const now = (key: string): string => (seen[key] === undefined ? unknown : plainText(seen[key]))
  switch (type) {
    case 'Resource':
    case 'ContainerResource': {
      if (wanted['averageValue'] !== undefined)
        return `${name}: ${now('averageValue')}/${plainText(wanted['averageValue'])}`
      const percent = (value: unknown, otherwise: string): string =>
        value === undefined ? otherwise : `${plainText(value)}%`
      return `${name}: ${percent(seen['averageUtilization'], unknown)}/${percent(wanted['averageUtilization'], '<auto>')}`
    }
    case 'Pods':
      return `${now('averageValue')}/${plainText(wanted['averageValue'])}`
    case 'External':
    case 'Object':
      return wanted['averageValue'] === undefined
        ? `${now('value')}/${plainText(wanted['value'])}`
        : `${now('averageValue')}/${plainText(wanted['averageValue'])} (avg)`
    default:
      return '<unknown type>'
  }
}

const metrics: Cell = (autoscaler) => {
  const current = listAt(autoscaler, 'status', 'currentMetrics')
  const all = listAt(autoscaler, 'spec', 'metrics').map((metric, at) => metricText(metric, current[at]))
  if (all.length === 0) return none
  const more = all.length > mostMetrics ? ` + ${all.length - mostMetrics} more...` : ''
  return all.slice(0, mostMetrics).join(', ') + more
}

const parameterKind: Cell = (policy) => {
  const { paramKind } = recordAt(policy, 'spec')
  return paramKind === undefined
    ? '<unset>'
    : `${textAt(paramKind, 'apiVersion')}/${textAt(paramKind, 'kind')}`
}

const parameter: Cell = (binding) => {
  const { paramRef } = recordAt(binding, 'spec')
  const name = textAt(paramRef, 'name')
  return name === '' ? '<unset>' : `${textAt(paramRef, 'namespace') || '*'}/${name}`
}

/** By `group/plural`. */
export const policyColumns: Readonly<Record<string, readonly PrinterColumn[]>> = {
  '/resourcequotas': [text('Request', quotas(false)), text('Limit', quotas(true)), age],
  'admissionregistration.k8s.io/validatingadmissionpolicies': [
    whole('Validations', (policy) => listAt(policy, 'spec', 'validations').length),
    text('ParamKind', parameterKind),
    age,
  ],
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': [
    text('PolicyName', (binding) => textAt(binding, 'spec', 'policyName')),
    text('ParamRef', parameter),
    age,
  ],
  'apiregistration.k8s.io/apiservices': [
    text('Service', (apiService) => {
      const { service } = recordAt(apiService, 'spec')
      return service === undefined ? 'Local' : `${textAt(service, 'namespace')}/${textAt(service, 'name')}`
    }),
    text('Available', (apiService) => {
      const conditions = listAt(apiService, 'status', 'conditions')
      const available = conditions.find((condition) => textAt(condition, 'type') === 'Available')
      const status = textAt(available, 'status') || 'Unknown'
      const reason = textAt(available, 'reason')
      return status === 'True' || reason === '' ? status : `${status} (${reason})`
    }),
    age,
  ],
  'autoscaling/horizontalpodautoscalers': [
    text(
      'Reference',
      (autoscaler) =>
        `${textAt(autoscaler, 'spec', 'scaleTargetRef', 'kind')}/${textAt(autoscaler, 'spec', 'scaleTargetRef', 'name')}`,
    ),
    text('Targets', metrics),
    text('MinPods', (autoscaler) => {
      const { minReplicas } = recordAt(autoscaler, 'spec')
      return typeof minReplicas === 'number' ? plainText(minReplicas) : '<unset>'
    }),
    text('MaxPods', (autoscaler) => numberAt(autoscaler, 'spec', 'maxReplicas')),
    text('Replicas', counted('currentReplicas')),
    age,
  ],
  'node.k8s.io/runtimeclasses': [text('Handler', (runtime) => textAt(runtime, 'handler')), age],
  'policy/poddisruptionbudgets': [
    text('Min Available', pods('minAvailable')),
    text('Max Unavailable', pods('maxUnavailable')),
    whole('Allowed Disruptions', counted('disruptionsAllowed')),
    age,
  ],
  'scheduling.k8s.io/priorityclasses': [
    whole('Value', (priority) => numberAt(priority, 'value')),
    flag('Global-Default', (priority) => priority['globalDefault'] === true),
    age,
    { name: 'PreemptionPolicy', type: 'string', cell: (priority) => textAt(priority, 'preemptionPolicy') },
  ],
}
