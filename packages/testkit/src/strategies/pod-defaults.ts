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

const fillProbe = (probe: Fields): void => {
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
  if (isJsonObject(probe['httpGet'])) fill(probe['httpGet'], { path: '/', scheme: 'HTTP' })
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
