import type { CallOptions, CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Without descriptions, which are Kubernetes' documentation; a property may have that name. */
const plain = (value: unknown, isProperties = false): unknown => {
  if (Array.isArray(value)) return value.map((item) => plain(item))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, field]) => isProperties || key !== 'description' || typeof field !== 'string')
      .map(([key, field]) => [key, plain(field, key === 'properties')]),
  )
}

interface Document {
  readonly paths: Json
  readonly components: { readonly schemas: Json }
}

interface Version2 {
  readonly paths: Json
  readonly definitions: Json
}

const chosen = (all: Json, names: readonly string[]): Json =>
  Object.fromEntries(names.map((name) => [name, plain(all[name])]))

const schemas =
  (...names: readonly string[]) =>
  ({ components }: Document): unknown =>
    chosen(components.schemas, names)

const definitions =
  (...names: readonly string[]) =>
  ({ definitions: all }: Version2): unknown =>
    chosen(all, names)

const paths =
  (...names: readonly string[]) =>
  ({ paths: all }: Document): unknown =>
    chosen(all, names)

/** What of a document is about the kinds of a group, but not of those that all groups have. */
const ofGroup =
  (prefix: string) =>
  ({ components }: Document): unknown =>
    chosen(
      components.schemas,
      Object.keys(components.schemas).filter((name) => name.startsWith(prefix)),
    )

const version2 = { accept: 'application/json' }
const core = 'io.k8s.api.core.v1'
const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'

const same = async (api: CaseApi, path: string, show: CallOptions['show']): Promise<void> => {
  ;(await api.get(path, { show })).is(200)
}

export const openapiDocuments: Cases = {
  'the types of pods are told whole': (api) =>
    same(
      api,
      '/openapi/v3/api/v1',
      schemas(
        `${core}.Pod`,
        `${core}.PodSpec`,
        `${core}.PodStatus`,
        `${core}.Container`,
        `${core}.Volume`,
        `${core}.Probe`,
      ),
    ),

  'the types of metadata, quantities and times are told': (api) =>
    same(
      api,
      '/openapi/v3/api/v1',
      schemas(
        `${meta}.ObjectMeta`,
        `${meta}.ListMeta`,
        `${meta}.OwnerReference`,
        `${meta}.ManagedFieldsEntry`,
        `${meta}.LabelSelector`,
        `${meta}.Status`,
        `${meta}.Time`,
        `${meta}.MicroTime`,
        `${meta}.Patch`,
        'io.k8s.apimachinery.pkg.api.resource.Quantity',
        'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
      ),
    ),

  'the types of apps are told whole': (api) =>
    same(api, '/openapi/v3/apis/apps/v1', ofGroup('io.k8s.api.apps.')),

  'the types of batch are told whole': (api) =>
    same(api, '/openapi/v3/apis/batch/v1', ofGroup('io.k8s.api.batch.')),

  'the types of roles and of leases are told whole': async (api) => {
    await same(api, '/openapi/v3/apis/rbac.authorization.k8s.io/v1', ofGroup('io.k8s.api.rbac.'))
    await same(api, '/openapi/v3/apis/coordination.k8s.io/v1', ofGroup('io.k8s.api.coordination.'))
  },

  'the types of definitions are told whole': (api) =>
    same(api, '/openapi/v3/apis/apiextensions.k8s.io/v1', ofGroup('io.k8s.apiextensions')),

  'the types of autoscalers, certificates and policies are told whole': async (api) => {
    await same(api, '/openapi/v3/apis/autoscaling/v2', ofGroup('io.k8s.api.autoscaling.'))
    await same(api, '/openapi/v3/apis/certificates.k8s.io/v1', ofGroup('io.k8s.api.certificates.'))
    await same(api, '/openapi/v3/apis/policy/v1', ofGroup('io.k8s.api.policy.'))
  },

  'reviews are told whole': (api) =>
    same(api, '/openapi/v3/apis/authorization.k8s.io/v1', ofGroup('io.k8s.api.authorization.')),

  'operations are told with parameters, bodies and answers': async (api) => {
    const collection = '/api/v1/namespaces/{namespace}/configmaps'
    await same(
      api,
      '/openapi/v3/api/v1',
      paths(collection, `${collection}/{name}`, '/api/v1/configmaps', '/api/v1/'),
    )
    await same(
      api,
      '/openapi/v3/api/v1',
      paths(
        '/api/v1/namespaces',
        '/api/v1/namespaces/{name}',
        '/api/v1/namespaces/{name}/finalize',
        '/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token',
      ),
    )
    const deployments = '/apis/apps/v1/namespaces/{namespace}/deployments/{name}'
    await same(api, '/openapi/v3/apis/apps/v1', paths(`${deployments}/scale`, `${deployments}/status`))
    await same(
      api,
      '/openapi/v3/apis/authorization.k8s.io/v1',
      paths(
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        '/apis/authorization.k8s.io/v1/namespaces/{namespace}/localsubjectaccessreviews',
      ),
    )
  },

  'a document says what it is, and how to prove who asks': async (api) => {
    const head = ({ paths: _paths, components, ...rest }: Document & Json): unknown => ({
      ...rest,
      components: plain({ ...components, schemas: undefined }),
    })
    await same(api, '/openapi/v3/apis/apps/v1', head)
    const old = ({
      paths: _paths,
      definitions: _definitions,
      parameters: _parameters,
      ...rest
    }: Version2 & Json): unknown => plain(rest)
    ;(await api.get('/openapi/v2', { headers: version2, show: old })).is(200)
  },

  'groups have documents of their own': async (api) => {
    const ids = ({ paths: all }: Document): unknown =>
      Object.entries(all).map(([path, item]) => [path, ((item as Json)['get'] as Json)['operationId']])
    for (const path of [
      'api',
      'apis',
      'version',
      'apis/apps',
      'apis/rbac.authorization.k8s.io',
      'apis/policy',
    ])
      await same(api, `/openapi/v3/${path}`, ids)
  },

  'forms besides JSON are served, or refused': async (api) => {
    const types = (accept: string) => ({
      headers: { accept },
      show: () => undefined,
      showText: () => undefined,
    })
    for (const accept of [
      'application/json',
      'application/*',
      '*/*',
      'text/html,application/json;q=0.1',
      'application/yaml',
      'text/html',
      '',
    ])
      for (const path of ['/openapi/v2', '/openapi/v3', '/openapi/v3/apis/apps/v1'])
        await api.get(path, types(accept))
    for (const accept of [
      'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
      'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
      'application/com.github.proto-openapi.spec.v2@v1.0+protobuf, application/json',
      'application/json, application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
    ])
      await api.get('/openapi/v2', types(accept))
  },

  'what is no document is not found': async (api) => {
    for (const path of [
      '/openapi',
      '/openapi/v2/x',
      '/openapi/v4',
      '/openapi/v3/',
      '/openapi/v3/apis/none',
      '/openapi/v3/apis/apps/v9',
      '/openapi/v3/nothing',
    ])
      await api.get(path)
  },

  'documents are answered to all methods': async (api) => {
    const show = { show: () => undefined, showText: (text: string) => text === '' }
    for (const method of ['HEAD', 'POST', 'DELETE'])
      for (const path of ['/openapi/v2', '/openapi/v3', '/openapi/v3/apis/apps/v1'])
        await api.call(method, path, undefined, show)
  },

  'the old document has the types in its own way': async (api) => {
    const show = definitions(
      `${core}.PodSpec`,
      `${core}.Container`,
      `${core}.ServicePort`,
      `${core}.Secret`,
      `${meta}.ObjectMeta`,
      'io.k8s.api.apps.v1.DeploymentSpec',
      'io.k8s.apimachinery.pkg.api.resource.Quantity',
      'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    )
    ;(await api.get('/openapi/v2', { headers: version2, show })).is(200)
  },

  'the old document tells of writes': async (api) => {
    const show = ({ paths: all }: Version2): unknown => {
      const { patch } = all['/api/v1/namespaces/{namespace}/configmaps/{name}'] as { readonly patch: Json }
      const {
        'x-kubernetes-group-version-kind': kind,
        'x-kubernetes-action': action,
        operationId,
        schemes,
        tags,
      } = patch
      const parameters = (patch['parameters'] as readonly Json[]).length
      return {
        kind,
        action,
        operationId,
        schemes,
        tags,
        parameters,
        consumes: [...(patch['consumes'] as string[])].toSorted(),
      }
    }
    ;(await api.get('/openapi/v2', { headers: version2, show })).is(200)
  },

  'the old document is not sent again to who has it': async (api) => {
    const silent = { show: () => undefined }
    const first = await api.get('/openapi/v2', silent)
    const etag = String(first.headers['etag'])
    ;(await api.get('/openapi/v2', { headers: { 'if-none-match': '"other"' }, ...silent })).is(200)
    // definitions of other cases come and go
    await api.until('/openapi/v2', ({ status }) => status === 200, silent)
    if (!/^"[0-9A-F]{128}"$/.test(etag)) throw new Error(`no hash in the etag ${etag}`)
  },
}
