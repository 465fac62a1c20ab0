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

/** A type that is not said is an empty text to the server. */
const fillType = (strategy: Fields): void => {
  if (textAt(strategy, 'type') === '') strategy['type'] = 'RollingUpdate'
}

export const fillStatefulSet = (statefulSet: KubeObject): void => {
  const spec = specOf(statefulSet)
  fill(spec, {
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    revisionHistoryLimit: 10,
    updateStrategy: {},
  })
  const strategy = recordAt(spec, 'updateStrategy')
  if (textAt(strategy, 'type') === '') fill(strategy, { rollingUpdate: {} })
  fillType(strategy)
  const { rollingUpdate } = strategy
  if (strategy['type'] === 'RollingUpdate' && isJsonObject(rollingUpdate))
    fill(rollingUpdate, { partition: 0 })
  for (const claim of listAt(spec, 'volumeClaimTemplates').filter(isJsonObject)) {
    fill(claim, { kind: 'PersistentVolumeClaim', apiVersion: 'v1', status: { phase: 'Pending' } })
    fill(recordAt(claim, 'spec'), { volumeMode: 'Filesystem' })
  }
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
    updateStrategy: {},
  })
  const strategy = recordAt(spec, 'updateStrategy')
  fillType(strategy)
  if (strategy['type'] === 'RollingUpdate') {
    fill(strategy, { rollingUpdate: {} })
    fill(recordAt(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 })
  }
  fillTemplate(spec)
}

const isReachedFromOutside = (spec: Record<string, unknown>): boolean =>
  ['NodePort', 'LoadBalancer'].includes(textAt(spec, 'type')) ||
  (textAt(spec, 'type') === 'ClusterIP' && listAt(spec, 'externalIPs').length > 0)

const fillAffinity = (spec: Record<string, unknown>): void => {
  if (textAt(spec, 'sessionAffinity') === 'None') delete spec['sessionAffinityConfig']
  if (textAt(spec, 'sessionAffinity') !== 'ClientIP') return
  fill(spec, { sessionAffinityConfig: {} })
  fill(recordAt(spec, 'sessionAffinityConfig'), { clientIP: {} })
  // three hours
  fill(recordAt(recordAt(spec, 'sessionAffinityConfig'), 'clientIP'), { timeoutSeconds: 10_800 })
}

/** What a Service has that leaves it out. */
export const fillService = (service: KubeObject): void => {
  const spec = specOf(service)
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' })
  if (textAt(spec, 'type') !== 'ExternalName') fill(spec, { internalTrafficPolicy: 'Cluster' })
  if (isReachedFromOutside(spec)) fill(spec, { externalTrafficPolicy: 'Cluster' })
  fillAffinity(spec)
  for (const port of listAt(spec, 'ports').filter(isJsonObject))
    fill(port, { protocol: 'TCP', targetPort: port['port'] })
}

const fillFamilies = (spec: Record<string, unknown>): void => {
  if (listAt(spec, 'ipFamilies').length === 0) spec['ipFamilies'] = ['IPv4']
  fill(spec, { ipFamilyPolicy: 'SingleStack' })
}

/** What a real server gives out to a Service, without addresses. */
const allocateService = (service: KubeObject): void => {
  const spec = specOf(service)
  if (textAt(spec, 'type') !== 'ExternalName') fillFamilies(spec)
  if (textAt(spec, 'clusterIP') !== '' && listAt(spec, 'clusterIPs').length === 0)
    spec['clusterIPs'] = [spec['clusterIP']]
}

/** What a changed Service keeps though it is sent without it, and what it loses. */
export const reallocateService = (service: KubeObject, old: KubeObject): void => {
  const [spec, before] = [specOf(service), recordAt(old, 'spec')]
  if (textAt(spec, 'type') !== 'ExternalName' && textAt(spec, 'clusterIP') === '') {
    if (before['clusterIP'] !== undefined) spec['clusterIP'] = before['clusterIP']
    fill(spec, { clusterIPs: before['clusterIPs'] })
  }
  const policy = spec['externalTrafficPolicy']
  if (
    !isReachedFromOutside(spec) &&
    isReachedFromOutside(before) &&
    policy === before['externalTrafficPolicy']
  )
    delete spec['externalTrafficPolicy']
  allocateService(service)
}

/** What it gives out to a new one: without a selector a headless one's addresses are somebody else's, of any family. */
export const allocateNewService = (service: KubeObject): void => {
  const spec = specOf(service)
  const isSelecting = Object.keys(recordAt(spec, 'selector')).length > 0
  if (textAt(spec, 'clusterIP') === 'None' && !isSelecting)
    fill(spec, { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' })
  allocateService(service)
}

/** Which directions a NetworkPolicy that does not say it is about. */
export const fillNetworkPolicy = (policy: KubeObject): void => {
  const spec = specOf(policy)
  if (listAt(spec, 'policyTypes').length > 0) return
  spec['policyTypes'] = ['Ingress', ...(listAt(spec, 'egress').length > 0 ? ['Egress'] : [])]
}
