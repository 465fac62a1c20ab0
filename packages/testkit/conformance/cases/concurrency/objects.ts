import type { Answer } from '../../answer.ts'
import type { CaseApi } from '../../case-api.ts'

export const configMap = (metadata: object = {}, data: object = { a: '1' }) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...metadata },
  data,
})

/** Makes a config map `a` and changes it once: answers it as it was at first, and as it is. */
export const changedOnce = async (
  api: CaseApi,
): Promise<{ old: Answer['body']; current: Answer['body'] }> => {
  const old = await api.post(api.in('configmaps'), configMap())
  const current = await api.patch(api.in('configmaps', 'a'), 'merge', { data: { a: '2' } })
  current.is(200)
  return { old: old.body, current: current.body }
}

export const lease = (metadata: object = {}, spec: object = {}) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'l', ...metadata },
  spec: { holderIdentity: 'one', leaseDurationSeconds: 15, ...spec },
})

/** A kind of the case's own, with status and scale, that no controller looks at. */
const widgetDefinition = (api: CaseApi, version: object = {}) => {
  const group = `${api.unique('g')}.example.com`
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    size: { type: 'integer', minimum: 0 },
                    replicas: { type: 'integer' },
                    color: { type: 'string' },
                  },
                },
                status: {
                  type: 'object',
                  properties: {
                    phase: { type: 'string' },
                    replicas: { type: 'integer' },
                    selector: { type: 'string' },
                    observedGeneration: { type: 'integer' },
                  },
                },
              },
            },
          },
          ...version,
        },
      ],
    },
  }
}

const names = ({ metadata }: { metadata: { name: string } }): unknown => ({ name: metadata.name })

/** Installs the kind and waits until it is served; answers the path of its objects and what begins their bodies. */
export const withWidgets = async (
  api: CaseApi,
  version: object = { subresources: { status: {} } },
): Promise<{ path: string; widget: (name: string, fields?: object, metadata?: object) => object }> => {
  const definition = widgetDefinition(api, version)
  const made = await api.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition, {
    show: names,
  })
  made.is(201)
  const apiVersion = `${definition.spec.group}/v1`
  const path = api.in(`${apiVersion}/widgets`)
  await api.until(path, ({ status }) => status === 200, { show: ({ kind }) => kind })
  return {
    path,
    widget: (name, fields = {}, metadata = {}) => ({
      apiVersion,
      kind: 'Widget',
      metadata: { name, ...metadata },
      ...fields,
    }),
  }
}
