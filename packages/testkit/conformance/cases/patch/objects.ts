import type { CaseApi } from '../../case-api.ts'

/** A config map of a case, made with these labels, data and finalizers. */
export const makeConfigMap = async (
  api: CaseApi,
  { metadata = {}, ...more }: { readonly metadata?: object; readonly data?: object } = {},
): Promise<string> => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', ...metadata }, ...more }
  ;(await api.post(api.in('configmaps'), object)).is(201)
  return api.in('configmaps', 'c')
}

/** A service with one port. */
export const makeService = async (api: CaseApi): Promise<string> => {
  const spec = { clusterIP: 'None', selector: { app: 'a' }, ports: [{ name: 'http', port: 80 }] }
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec }
  ;(await api.post(api.in('services'), object, { show: ({ metadata }) => metadata.name })).is(201)
  return api.in('services', 's')
}

/** A lease: a kind with numbers, times and few defaults. */
export const makeLease = async (api: CaseApi, spec: object): Promise<string> => {
  const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' }, spec }
  ;(await api.post(api.in('coordination.k8s.io/v1/leases'), object)).is(201)
  return api.in('coordination.k8s.io/v1/leases', 'l')
}

/** A custom kind with a status, and one object of it. */
export const makeWidget = async (api: CaseApi, spec: object): Promise<string> => {
  const group = `${api.namespace}.example.com`
  const schema = {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: {
        type: 'object',
        properties: {
          size: { type: 'integer', maximum: 9 },
          color: { type: 'string', default: 'red' },
          parts: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
          free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
      status: { type: 'object', properties: { phase: { type: 'string' } } },
    },
  }
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    subresources: { status: {} },
    schema: { openAPIV3Schema: schema },
  }
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [version],
    },
  }
  const show = ({ kind }: { readonly kind: string }): string => kind
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  ;(await api.post(definitions, definition, { show })).is(201)
  const widgets = api.in(`${group}/v1/widgets`)
  await api.until(widgets, ({ status }) => status === 200, { show })
  const widget = { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'w' }, spec }
  ;(await api.post(widgets, widget)).is(201)
  return `${widgets}/w`
}
