import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { define, groupOf, groups, isBuiltIn } from './kinds.ts'

const accept = (version: string, more = ''): string =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList${more}`

const list = { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' }

interface Item {
  readonly metadata: { readonly name?: string }
  readonly versions: readonly {
    readonly version: string
    readonly resources: readonly {
      readonly resource: string
      readonly subresources?: readonly { readonly subresource: string }[]
    }[]
  }[]
}

/** The names of all built-in resources and subresources, by their groups and versions. */
const names = (body: { readonly items: readonly Item[] }): unknown =>
  Object.fromEntries(
    body.items
      .filter(({ metadata }) => isBuiltIn(metadata.name ?? ''))
      .flatMap(({ metadata, versions }) =>
        versions.map(({ version, resources }) => [
          `${metadata.name ?? 'core'}/${version}`,
          Object.fromEntries(
            resources.map(({ resource, subresources = [] }) => [
              resource,
              subresources.map(({ subresource }) => subresource).join(' '),
            ]),
          ),
        ]),
      ),
  )

const onlyResource = (resource: string) => (body: { readonly items?: readonly Item[] }) => ({
  ...body,
  items: body.items?.map((item) => ({
    ...item,
    versions: item.versions.map((version) => ({
      ...version,
      resources: version.resources.filter((entry) => entry.resource === resource),
    })),
  })),
})

const ownGroup = (api: CaseApi, version = 'v2') => ({
  headers: { accept: accept(version) },
  show: groups((name) => name === groupOf(api)),
})

/** What is the same although kinds of other cases come and go. */
const headersOnly = (body: { readonly kind: string; readonly apiVersion: string } | undefined) =>
  body === undefined ? undefined : { kind: body.kind, apiVersion: body.apiVersion }

export const aggregated: Cases = {
  'the core group is told as a whole': async (api) => {
    const options = { headers: { accept: accept('v2') }, show: onlyResource('configmaps') }
    ;(await api.get('/api', options)).is(200, list)
    const scaled = { ...options, show: onlyResource('namespaces') }
    ;(await api.get('/api', scaled)).is(200, list)
  },

  'groups are told as a whole': async (api) => {
    const shown = ['apps', 'coordination.k8s.io', 'rbac.authorization.k8s.io', 'certificates.k8s.io']
    const options = { headers: { accept: accept('v2') }, show: groups((name) => shown.includes(name)) }
    ;(await api.get('/apis', options)).is(200, list)
  },

  'a new server serves these resources': async (api) => {
    const options = { headers: { accept: accept('v2') }, show: names }
    ;(await api.get('/api', options)).is(200)
    ;(await api.get('/apis', options)).is(200)
  },

  'clients that know no aggregated discovery get the old one': async (api) => {
    for (const type of [
      'application/json',
      '*/*',
      accept('v9'),
      `${accept('v9')},application/json`,
      'application/json;g=apidiscovery.k8s.io;v=v2;as=Other,application/json',
    ])
      await api.get('/apis', { headers: { accept: type }, show: headersOnly })
    const both = `${accept('v2')},${accept('v2beta1')},application/json`
    ;(await api.get('/apis', { headers: { accept: both }, show: headersOnly })).is(200, list)
    const beta = `${accept('v2beta1')},application/json`
    ;(await api.get('/apis', { headers: { accept: beta }, show: headersOnly })).is(200)
    ;(await api.get('/apis/apps', { headers: { accept: accept('v2') } })).is(406)
    ;(await api.get('/apis', { headers: { accept: 'text/plain' }, show: headersOnly })).is(406)
  },

  'an answer that is known already is not sent again': async (api) => {
    const first = await api.get('/api', { headers: { accept: accept('v2') }, show: headersOnly })
    first.is(200, list)
    const etag = String(first.headers['etag'])
    const again = { headers: { accept: accept('v2'), 'if-none-match': etag } }
    ;(await api.get('/api', again)).is(304)
    const other = { headers: { accept: accept('v2'), 'if-none-match': '"other"' }, show: headersOnly }
    ;(await api.get('/api', other)).is(200)
    const legacy = { headers: { accept: 'application/json', 'if-none-match': etag }, show: headersOnly }
    ;(await api.get('/api', legacy)).is(200)
  },

  'custom groups appear, change and disappear': async (api) => {
    const group = await define(api, ['v1'], { names: { shortNames: ['gg'], categories: ['all'] } })
    const options = ownGroup(api)
    const isThere = ({
      body,
    }: {
      readonly body: { readonly items: readonly { metadata: { name?: string } }[] }
    }) => body.items.some(({ metadata }) => metadata.name === group)
    const found = await api.until('/apis', isThere, options)
    found.is(200, list)
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.${group}`
    ;(await api.delete(path, undefined, { show: () => undefined })).is(200)
    await api.until('/apis', (answer) => !isThere(answer), options)
    await api.until(`/apis/${group}/v1`, ({ status }) => status === 404)
    ;(await api.until(`/apis/${group}`, ({ status }) => status === 404)).is(404)
    ;(await api.get(api.in(`${group}/v1/gadgets`))).is(404)
  },
}
