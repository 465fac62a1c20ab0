import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { define, definitions, groupOf, groups } from './kinds.ts'

const accept = (version = 'v2'): string =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`

interface Version {
  readonly version: string
  readonly resources?: readonly { readonly resource: string }[]
}

interface Discovered {
  readonly items: readonly {
    readonly metadata: { readonly name?: string }
    readonly versions: readonly Version[]
  }[]
}

const own = (api: CaseApi) => ({
  headers: { accept: accept() },
  show: groups((name) => name === groupOf(api)),
})

const versionsIn = (api: CaseApi, { items }: Discovered): readonly Version[] =>
  items.find(({ metadata }) => metadata.name === groupOf(api))?.versions ?? []

/** Asks for the own group until what is told of it is so. */
const until = (api: CaseApi, isSo: (versions: readonly Version[]) => boolean) =>
  api.until('/apis', ({ body }) => isSo(versionsIn(api, body)), own(api))

const silent = { show: () => undefined }

const ownDefinition = (api: CaseApi): string => `${definitions}/gadgets.${groupOf(api)}`

export const aggregatedCustom: Cases = {
  'versions of a custom group are told in the order they are preferred': async (api) => {
    const names = ['v1alpha1', 'v2', 'v1', 'v2beta3', 'v10', 'first']
    await define(api, names)
    const all = await until(api, (versions) => versions.length === names.length)
    all.is(200)
  },

  'subresources of a custom kind are told with their kinds': async (api) => {
    const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' }
    await define(api, ['v1', 'v2'], { more: { subresources: { status: {}, scale } } })
    await until(api, (versions) => versions.length === 2)
  },

  'a cluster-scoped kind is told to be so': async (api) => {
    await define(api, ['v1'], { scope: 'Cluster', names: { singular: 'gizmo', listKind: 'GizmoList' } })
    await until(api, (versions) => versions.length === 1)
  },

  'a version that is no longer served is left out': async (api) => {
    await define(api, ['v1', 'v2'])
    await until(api, (versions) => versions.length === 2)
    const hidden = [{ op: 'replace', path: '/spec/versions/1/served', value: false }]
    ;(await api.patch(ownDefinition(api), 'json', hidden, silent)).is(200)
    await until(api, (versions) => versions.length === 1)
  },

  'short names and categories follow the definition': async (api) => {
    await define(api, ['v1'], { names: { shortNames: ['ga'], categories: ['all'] } })
    await until(api, (versions) => versions.length === 1)
    const names = [
      { op: 'replace', path: '/spec/names/shortNames', value: ['gb', 'gc'] },
      { op: 'remove', path: '/spec/names/categories' },
    ]
    ;(await api.patch(ownDefinition(api), 'json', names, silent)).is(200)
    const isNew = (versions: readonly Version[]): boolean => JSON.stringify(versions).includes('"gb"')
    await until(api, isNew)
  },

  'two definitions share a group': async (api) => {
    const group = await define(api, ['v1'])
    const second = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `axles.${group}` },
      spec: {
        group,
        scope: 'Cluster',
        names: { plural: 'axles', kind: 'Axle' },
        versions: [
          { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
        ],
      },
    }
    ;(await api.post(definitions, second, silent)).is(201)
    await until(api, ([version]) => version?.resources?.length === 2)
    ;(await api.delete(ownDefinition(api), undefined, silent)).is(200)
    await until(api, ([version]) => version?.resources?.length === 1)
  },

  'the etag changes when what is served changes, and only then': async (api) => {
    const kindOnly = { headers: { accept: accept() }, show: () => undefined }
    const core = [await api.get('/api', kindOnly), await api.get('/api', kindOnly)]
    const [first, second] = core.map(({ headers }) => headers['etag'])
    await define(api, ['v1'])
    const third = (await api.get('/api', kindOnly)).headers['etag']
    const same = { headers: { accept: accept(), 'if-none-match': String(first) } }
    ;(await api.get('/api', same)).is(304)
    if (first !== second || second !== third) throw new Error('the core group has not changed')
    const before = (await api.get('/apis', kindOnly)).headers['etag']
    ;(await api.delete(ownDefinition(api), undefined, silent)).is(200)
    await until(api, (versions) => versions.length === 0)
    const after = (await api.get('/apis', kindOnly)).headers['etag']
    if (before === after) throw new Error('a group has gone, its etag stays')
  },

  'what is asked for in other ways is the old discovery, or refused': async (api) => {
    const shown = (body: {
      readonly kind?: string
      readonly apiVersion?: string
      readonly code?: number
    }) => ({
      kind: body.kind,
      apiVersion: body.apiVersion,
      code: body.code,
    })
    const as = (type: string) => api.get('/apis', { headers: { accept: type }, show: shown })
    for (const type of [
      accept('v2beta1'),
      `${accept()};q=0.5`,
      `application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io`,
      `application/json;as=APIGroupDiscoveryList`,
      `application/json;g=apidiscovery.k8s.io;v=v2`,
      `application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList;profile=nopeer`,
      `application/json, ${accept()}`,
      `*/*, ${accept()}`,
      `text/html, ${accept()}`,
      'application/*',
      '',
    ])
      await as(type)
  },

  'methods besides reads are answered as reads, or not allowed': async (api) => {
    const shown = (body: { readonly kind?: string; readonly reason?: string } | undefined) => ({
      kind: body?.kind,
      reason: body?.reason,
    })
    for (const path of ['/api', '/apis'])
      for (const method of ['POST', 'PUT', 'DELETE'])
        await api.call(method, path, undefined, { headers: { accept: accept() }, show: shown })
  },

  'everybody who is somebody may discover': async (api) => {
    const jane = api.as({ user: 'jane' })
    ;(await jane.get('/apis', own(api))).is(200)
    ;(await jane.get('/api', { headers: { accept: accept() }, show: () => undefined })).is(200)
  },
}
