import type { Cases } from '../../conformance-case.ts'
import { define } from './kinds.ts'

interface Index {
  readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>
}

const withoutHash = (url: string): string => url.replace(/hash=[0-9A-F]+$/, 'hash=<hash>')

/** The entries of these paths. */
const entries =
  (...names: readonly string[]) =>
  (body: Index) =>
    names.map((name) => withoutHash(body.paths[name]?.serverRelativeURL ?? 'none'))

interface Operation {
  readonly 'x-kubernetes-action'?: string
  readonly 'x-kubernetes-group-version-kind'?: unknown
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface Schema {
  readonly type: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly 'x-kubernetes-group-version-kind'?: unknown
}

const methods = ['get', 'put', 'post', 'delete', 'patch']

/** What clients look for at a path: its methods, their actions and kinds. */
const pathOf = (path: string) => (body: Document) => {
  const item = body.paths[path]
  return (
    item &&
    methods.flatMap((method) => {
      const operation = item[method]
      if (operation === undefined) return []
      return [
        {
          method,
          action: operation['x-kubernetes-action'],
          kind: operation['x-kubernetes-group-version-kind'],
        },
      ]
    })
  )
}

export const openapi: Cases = {
  'the documents of the groups are listed with their hashes': async (api) => {
    const show = entries('api/v1', 'apis/apps/v1', 'apis/rbac.authorization.k8s.io/v1', 'apis/none/v1')
    ;(await api.get('/openapi/v3', { show })).is(200)
  },

  'a document of a group has the paths and kinds of its resources': async (api) => {
    const show = pathOf('/api/v1/namespaces/{namespace}/configmaps/{name}')
    ;(await api.get('/openapi/v3/api/v1', { show })).is(200, { openapi: '3.0.0' })
    const collection = pathOf('/apis/apps/v1/namespaces/{namespace}/deployments')
    ;(await api.get('/openapi/v3/apis/apps/v1', { show: collection })).is(200)
    const status = pathOf('/apis/apps/v1/namespaces/{namespace}/deployments/{name}/status')
    ;(await api.get('/openapi/v3/apis/apps/v1', { show: status })).is(200)
    const kind = (body: Document) => {
      const schema = body.components.schemas['io.k8s.api.core.v1.ConfigMap']
      return {
        type: schema?.type,
        properties: Object.keys(schema?.properties ?? {}).sort(),
        kind: schema?.['x-kubernetes-group-version-kind'],
      }
    }
    ;(await api.get('/openapi/v3/api/v1', { show: kind })).is(200)
    ;(await api.get('/openapi/v3/apis/none/v1')).is(404)
  },

  'a custom kind has a document': async (api) => {
    const group = await define(api, ['v1'])
    const path = `/openapi/v3/apis/${group}/v1`
    const name = `${group.split('.').reverse().join('.')}.v1.Gadget`
    const schema = ({ components }: Document) => {
      const { properties, ...rest } = components.schemas[name] ?? { properties: {} }
      const common = ['apiVersion', 'kind', 'metadata'].map((field) => [field, field in properties])
      return { ...rest, properties: { ...properties, ...Object.fromEntries(common) } }
    }
    await api.until(path, ({ status }) => status === 200, { show: schema })
    const one = pathOf(`/apis/${group}/v1/namespaces/{namespace}/gadgets/{name}`)
    ;(await api.get(path, { show: one })).is(200)
    const collection = pathOf(`/apis/${group}/v1/namespaces/{namespace}/gadgets`)
    ;(await api.get(path, { show: collection })).is(200)
  },

  'a document that is known already is not sent again': async (api) => {
    const index = await api.get('/openapi/v3', { show: entries('apis/apps/v1') })
    const url = String(index.body.paths['apis/apps/v1'].serverRelativeURL)
    const show = { show: () => undefined }
    const first = await api.call('GET', url, undefined, { show: () => undefined })
    first.is(200)
    const etag = String(first.headers['etag'])
    ;(
      await api.call('GET', '/openapi/v3/apis/apps/v1', undefined, { headers: { 'if-none-match': etag } })
    ).is(304)
    ;(await api.get('/openapi/v3/apis/apps/v1?hash=OTHER', show)).is(301)
    ;(await api.get('/openapi/v3/apis/apps/v1', show)).is(200)
  },

  'the old document has the kinds': async (api) => {
    const show = (body: {
      readonly swagger: string
      readonly definitions: Readonly<Record<string, Schema>>
    }) => ({
      swagger: body.swagger,
      kind: body.definitions['io.k8s.api.core.v1.ConfigMap']?.['x-kubernetes-group-version-kind'],
      fields: Object.keys(body.definitions['io.k8s.api.core.v1.ConfigMap']?.properties ?? {}).sort(),
    })
    ;(await api.get('/openapi/v2', { show, headers: { accept: 'application/json' } })).is(200, {
      swagger: '2.0',
    })
  },
}
