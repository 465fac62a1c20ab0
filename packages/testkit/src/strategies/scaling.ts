import { isJsonObject, listAt } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'

/** An autoscaler that says nothing aims at this share of the CPU that pods ask for. */
const usualUtilization = 80

export const autoscalerStrategy: Strategy = {
  setDefaults({ spec }) {
    if (!isJsonObject(spec)) return
    spec['minReplicas'] ??= 1
    if (listAt(spec, 'metrics').length > 0) return
    const target = { type: 'Utilization', averageUtilization: usualUtilization }
    spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu', target } }]
  },
}

export const priorityClassStrategy: Strategy = {
  setDefaults(priorityClass) {
    priorityClass['preemptionPolicy'] ??= 'PreemptLowerPriority'
  },
}
