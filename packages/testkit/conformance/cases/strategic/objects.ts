import type { CaseApi } from '../../case-api.ts'

const container = (name: string, more: object = {}) => ({ name, image: `example.com/${name}:1`, ...more })

/** What the cases look at of a deployment: the spec of its pods. */
export const showPods = (body: { readonly spec?: { readonly template: unknown } }): unknown =>
  body.spec === undefined ? body : { ...(body.spec.template as object) }

/** A deployment of two containers with environments, ports and volumes; answers its path. */
export const makeDeployment = async (api: CaseApi): Promise<string> => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ]
  const ports = [
    { name: 'http', containerPort: 80 },
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
  ]
  const pod = {
    containers: [container('main', { env, ports }), container('side', { args: ['a', 'b'] })],
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'conf', configMap: { name: 'c' } },
    ],
    tolerations: [{ key: 'a', operator: 'Exists' }],
    imagePullSecrets: [{ name: 'pull' }],
    nodeSelector: { zone: 'x', disk: 'ssd' },
  }
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'd' } },
      template: { metadata: { labels: { app: 'd' } }, spec: pod },
    },
  }
  ;(await api.post(api.in('apps/v1/deployments'), object, { show: showPods })).is(201)
  return api.in('apps/v1/deployments', 'd')
}

/** A patch of the spec of the pods. */
export const podPatch = (spec: object) => ({ spec: { template: { spec } } })

/** What an answer must have in the spec of the pods. */
export const pods = (spec: object) => ({ spec: { template: { spec } } })

export const makeConfigMap = async (
  api: CaseApi,
  more: object = {},
  metadata: object = {},
): Promise<string> => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', ...metadata }, ...more }
  ;(await api.post(api.in('configmaps'), object)).is(201)
  return api.in('configmaps', 'c')
}

/** A service with three ports. */
export const makeService = async (api: CaseApi): Promise<string> => {
  const ports = [
    { name: 'a', port: 1 },
    { name: 'b', port: 2, targetPort: 'b' },
    { name: 'c', port: 3, protocol: 'UDP' },
  ]
  const spec = { clusterIP: 'None', selector: { app: 'a', tier: 'b' }, ports }
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec }
  ;(await api.post(api.in('services'), object)).is(201)
  return api.in('services', 's')
}
