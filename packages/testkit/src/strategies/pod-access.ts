import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
const suffixLength = 5
/** Seconds that the token of a pod holds: an hour, and a little for clocks that differ. */
const expirationSeconds = 3_607

/** A name of the pod's own, from its uid. */
const volumeName = ({ metadata }: KubeObject): string => {
  const digits = (metadata.uid ?? '').replaceAll('-', '')
  const letters = Array.from({ length: suffixLength }, (_, at) =>
    alphabet.charAt(Number.parseInt(digits.slice(at * 2, at * 2 + 2) || '0', 16) % alphabet.length),
  )
  return `kube-api-access-${letters.join('')}`
}

const accessVolume = (name: string): object => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
    defaultMode: 420,
  },
})

/** Gives the containers of a new pod the token of its service account, unless the pod does not want it. */
export const mountAccess = (pod: KubeObject): void => {
  const spec = recordAt(pod, 'spec')
  if (spec['automountServiceAccountToken'] === false) return
  const containers = ['initContainers', 'containers']
    .flatMap((field) => listAt(spec, field))
    .filter(isJsonObject)
    .filter(
      (container) =>
        !listAt(container, 'volumeMounts').some((mount) => textAt(mount, 'mountPath') === mountPath),
    )
  if (containers.length === 0) return
  const name = volumeName(pod)
  for (const container of containers)
    container['volumeMounts'] = [...listAt(container, 'volumeMounts'), { name, readOnly: true, mountPath }]
  spec['volumes'] = [...listAt(spec, 'volumes'), accessVolume(name)]
}

const counted = ['cpu', 'memory']

/** How a pod's containers say what they need: nothing, exactly, or anything between. */
export const qosClassOf = (spec: unknown): 'BestEffort' | 'Guaranteed' | 'Burstable' => {
  const resources = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].map((container) => ({
    limits: recordAt(container, 'resources', 'limits'),
    requests: recordAt(container, 'resources', 'requests'),
  }))
  const says = (list: Readonly<Record<string, unknown>>): boolean =>
    counted.some((name) => list[name] !== undefined)
  if (!resources.some(({ limits, requests }) => says(limits) || says(requests))) return 'BestEffort'
  const isExact = resources.every(({ limits, requests }) =>
    counted.every((name) => limits[name] !== undefined && limits[name] === (requests[name] ?? limits[name])),
  )
  return isExact ? 'Guaranteed' : 'Burstable'
}
