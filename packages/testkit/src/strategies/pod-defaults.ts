import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'

type Fields = Record<string, unknown>

/** Sets what is absent; what is there stays. */
const fill = (object: Fields, defaults: Fields): void => {
  for (const [field, value] of Object.entries(defaults))
    if (object[field] === undefined || object[field] === null) object[field] = value
}

const objects = (value: unknown, ...path: readonly string[]): Fields[] =>
  listAt(value, ...path).filter(isJsonObject)

/** An image without a tag, or with `latest`, is pulled always. */
const pullPolicy = (image: string): string => {
  const name = image.split('/').at(-1) ?? ''
  if (name.includes('@')) return 'IfNotPresent'
  const tag = name.split(':')[1]
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent'
}

const probeFields = ['livenessProbe', 'readinessProbe', 'startupProbe']

const httpGetDefaults = { path: '/', scheme: 'HTTP' }

const fillProbe = (probe: Fields): void => {
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
  if (isJsonObject(probe['httpGet'])) fill(probe['httpGet'], httpGetDefaults)
  if (isJsonObject(probe['grpc'])) fill(probe['grpc'], { service: '' })
}

const fillContainer = (container: Fields): void => {
  fill(container, {
    imagePullPolicy: pullPolicy(textAt(container, 'image')),
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  })
  for (const port of objects(container, 'ports')) fill(port, { protocol: 'TCP' })
  for (const variable of objects(container, 'env')) {
    const from = recordAt(variable, 'valueFrom')
    if (isJsonObject(from['fieldRef'])) fill(from['fieldRef'], { apiVersion: 'v1' })
  }
  for (const hook of ['postStart', 'preStop']) {
    const { httpGet } = recordAt(container, 'lifecycle', hook)
    if (isJsonObject(httpGet)) fill(httpGet, httpGetDefaults)
  }
  for (const field of probeFields) if (isJsonObject(container[field])) fillProbe(container[field])
}

const modeOfSource: Readonly<Record<string, Fields>> = {
  secret: { defaultMode: 420 },
  configMap: { defaultMode: 420 },
  downwardAPI: { defaultMode: 420 },
  projected: { defaultMode: 420 },
}

const fillVolume = (volume: Fields): void => {
  for (const [source, defaults] of Object.entries(modeOfSource))
    if (isJsonObject(volume[source])) fill(volume[source], defaults)
  for (const { fieldRef } of objects(volume, 'downwardAPI', 'items'))
    if (isJsonObject(fieldRef)) fill(fieldRef, { apiVersion: 'v1' })
  if (isJsonObject(volume['hostPath'])) fill(volume['hostPath'], { type: '' })
  for (const source of objects(volume, 'projected', 'sources')) {
    if (isJsonObject(source['serviceAccountToken']))
      fill(source['serviceAccountToken'], { expirationSeconds: 3_600 })
  }
  const hasSource = Object.keys(volume).some((field) => field !== 'name')
  if (!hasSource) volume['emptyDir'] = {}
}

/** The defaults of a pod's spec that a real server writes into pods and pod templates (k8s.io/kubernetes, core/v1 defaults). */
export const fillPodSpec = (spec: Fields): void => {
  fill(spec, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  })
  const account = textAt(spec, 'serviceAccountName') || textAt(spec, 'serviceAccount')
  if (account !== '') fill(spec, { serviceAccountName: account, serviceAccount: account })
  for (const container of [...objects(spec, 'containers'), ...objects(spec, 'initContainers')])
    fillContainer(container)
  for (const volume of objects(spec, 'volumes')) fillVolume(volume)
}

const toleratedSeconds = 300

const isTolerated = (tolerations: readonly Fields[], key: string): boolean =>
  tolerations.some(
    (toleration) =>
      ['', key].includes(textAt(toleration, 'key')) &&
      ['', 'NoExecute'].includes(textAt(toleration, 'effect')),
  )

/** The defaults of a pod of its own: one more than those of a template. */
export const fillPodDefaults = (spec: Fields): void => {
  fillPodSpec(spec)
  fill(spec, { enableServiceLinks: true })
}

/** What admission writes into a pod of its own, and not into a template. */
export const admitPod = (spec: Fields): void => {
  fill(spec, { serviceAccountName: 'default', serviceAccount: 'default' })
  fill(spec, { priority: 0, preemptionPolicy: 'PreemptLowerPriority' })
  const tolerations = objects(spec, 'tolerations')
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter((key) => !isTolerated(tolerations, key))
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: toleratedSeconds }))
  spec['tolerations'] = [...tolerations, ...added]
}
