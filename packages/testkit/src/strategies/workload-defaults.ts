import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { fillPodSpec } from './pod-defaults.ts'

type Fields = Record<string, unknown>

const fill = (object: Fields, defaults: Fields): void => {
  for (const [field, value] of Object.entries(defaults))
    if (object[field] === undefined || object[field] === null) object[field] = value
}

const specOf = (workload: KubeObject): Fields => {
  const spec = recordAt(workload, 'spec')
  workload['spec'] = spec
  return spec
}

const fillTemplate = (spec: Fields): void => {
  const template = recordAt(spec, 'template')
  if (isJsonObject(template['spec'])) fillPodSpec(template['spec'])
}

/** What a real server writes into a Deployment that leaves it out. */
export const fillDeployment = (deployment: KubeObject): void => {
  const spec = specOf(deployment)
  fill(spec, { replicas: 1, strategy: {}, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 })
  const strategy = recordAt(spec, 'strategy')
  fill(strategy, { type: 'RollingUpdate' })
  if (strategy['type'] === 'RollingUpdate') {
    fill(strategy, { rollingUpdate: {} })
    fill(recordAt(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' })
  }
  fillTemplate(spec)
}

export const fillStatefulSet = (statefulSet: KubeObject): void => {
  const spec = specOf(statefulSet)
  fill(spec, {
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
  })
  fill(spec, { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' } })
  fillTemplate(spec)
}

export const fillReplicaSet = (replicaSet: KubeObject): void => {
  const spec = specOf(replicaSet)
  fill(spec, { replicas: 1 })
  fillTemplate(spec)
}

export const fillDaemonSet = (daemonSet: KubeObject): void => {
  const spec = specOf(daemonSet)
  fill(spec, {
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
  })
  fillTemplate(spec)
}

/** What a real server writes into a Service, without the addresses it would give out. */
export const fillService = (service: KubeObject): void => {
  const spec = specOf(service)
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' })
  if (textAt(spec, 'type') !== 'ExternalName') fill(spec, { internalTrafficPolicy: 'Cluster' })
  for (const port of listAt(spec, 'ports').filter(isJsonObject))
    fill(port, { protocol: 'TCP', targetPort: port['port'] })
}
