import type { Answer } from '../answer.ts'
import type { CaseApi } from '../case-api.ts'
import { alone, area } from '../conformance-case.ts'
import type { Cases } from '../conformance-case.ts'
import { invalidOptions } from './list/invalid-options.ts'
import { secret, withSecrets } from './list/secrets.ts'
import { tables } from './list/tables.ts'
import { versions } from './list/versions.ts'

const configMap = (name: string, labels?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(labels === undefined ? {} : { labels }) },
  data: { name },
})

/** ConfigMaps of these names, one after the other; answers their versions. */
const made = async (api: CaseApi, names: readonly string[]): Promise<string[]> => {
  const versions: string[] = []
  for (const name of names) {
    const answer = await api.post(api.in('configmaps'), configMap(name, { first: name.slice(0, 1) }))
    versions.push(answer.is(201).body.metadata.resourceVersion)
  }
  return versions
}

/** Namespaces of a control plane have a ConfigMap of the root certificate: `mine` leaves it out. */
const mine = 'labelSelector=first'
const named = (...names: readonly string[]) => names.map((name) => ({ metadata: { name } }))
const continueOf = ({ body }: Answer): string => encodeURIComponent(body.metadata.continue)
const token = (position: unknown): string =>
  Buffer.from(typeof position === 'string' ? position : JSON.stringify(position)).toString('base64url')
const own: Cases = {
  'a list is in the order of names, its items have no kind and no apiVersion': async (api) => {
    await withSecrets(api, 'b', 'a.b', 'a', 'a-b', 'b1')
    const all = await api.get(api.in('secrets'))
    all.is(200, {
      kind: 'SecretList',
      apiVersion: 'v1',
      metadata: { resourceVersion: /^\d+$/, continue: undefined, remainingItemCount: undefined },
      items: ['a', 'a-b', 'a.b', 'b', 'b1'].map((name) => ({
        kind: undefined,
        apiVersion: undefined,
        metadata: { name },
      })),
    })
  },

  'a list of nothing has an empty list of items, in a namespace that is not there as well': async (api) => {
    const empty = { kind: 'SecretList', items: [] }
    ;(await api.get(api.in('secrets'))).is(200, empty)
    ;(await api.get(`/api/v1/namespaces/${api.unique('nowhere')}/secrets`)).is(200, empty)
    ;(await api.get(`/apis/apps/v1/namespaces/${api.unique('nowhere')}/deployments`)).is(200, { items: [] })
  },

  'the version of a list is not older than its newest object': async (api) => {
    const [, newest = ''] = await withSecrets(api, 'a', 'b')
    const all = await api.get(api.in('secrets'))
    all.is(200, { metadata: { resourceVersion: (version: string) => Number(version) >= Number(newest) } })
  },

  'a list of all namespaces is in the order of namespaces, then of names': async (api) => {
    const other = api.unique('a-namespace')
    await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: other } })
    const label = { case: 'all-namespaces' }
    for (const name of ['b', 'a']) await api.post(api.in('configmaps'), configMap(name, label))
    await api.post(`/api/v1/namespaces/${other}/configmaps`, configMap('z', label))
    const all = await api.get('/api/v1/configmaps?labelSelector=case%3Dall-namespaces')
    all.is(200, {
      items: [
        { metadata: { namespace: other, name: 'z' } },
        { metadata: { namespace: api.namespace, name: 'a' } },
        { metadata: { namespace: api.namespace, name: 'b' } },
      ],
    })
    const page = await api.get('/api/v1/configmaps?labelSelector=case%3Dall-namespaces&limit=2')
    page.is(200, { items: named('z', 'a') })
    const rest = await api.get(
      `/api/v1/configmaps?labelSelector=case%3Dall-namespaces&continue=${continueOf(page)}`,
    )
    rest.is(200, { items: named('b') })
  },

  'limit gives a page, how many are left, and a token for the next': async (api) => {
    await withSecrets(api, 'a', 'b', 'c', 'd', 'e')
    const first = await api.get(`${api.in('secrets')}?limit=2`)
    first.is(200, { metadata: { continue: /./, remainingItemCount: 3 }, items: named('a', 'b') })
    const second = await api.get(`${api.in('secrets')}?limit=2&continue=${continueOf(first)}`)
    second.is(200, { metadata: { remainingItemCount: 1 }, items: named('c', 'd') })
    const last = await api.get(`${api.in('secrets')}?limit=2&continue=${continueOf(second)}`)
    last.is(200, { metadata: { continue: undefined, remainingItemCount: undefined }, items: named('e') })
    ;(await api.get(`${api.in('secrets')}?limit=5`)).is(200, { metadata: { continue: undefined } })
  },

  'the pages of a list are of one version, whatever was written since': async (api) => {
    await withSecrets(api, 'a', 'b', 'c', 'd')
    const first = await api.get(`${api.in('secrets')}?limit=1`)
    await api.delete(api.in('secrets', 'b'))
    await api.post(api.in('secrets'), secret('aa'))
    await api.patch(api.in('secrets', 'c'), 'merge', { metadata: { labels: { changed: 'yes' } } })
    const second = await api.get(`${api.in('secrets')}?limit=2&continue=${continueOf(first)}`)
    second.is(200, {
      metadata: { resourceVersion: first.body.metadata.resourceVersion },
      items: [{ metadata: { name: 'b' } }, { metadata: { name: 'c', labels: undefined } }],
    })
  },

  'a page may be followed with another limit, or with none': async (api) => {
    await withSecrets(api, 'a', 'b', 'c', 'd')
    const first = await api.get(`${api.in('secrets')}?limit=1`)
    const next = `${api.in('secrets')}?continue=${continueOf(first)}`
    ;(await api.get(`${next}&limit=2`)).is(200, { items: named('b', 'c') })
    ;(await api.get(next)).is(200, { items: named('b', 'c', 'd') })
    ;(await api.get(`${next}&limit=0`)).is(200, { items: named('b', 'c', 'd') })
  },

  'pages of a selection do not say how many are left': async (api) => {
    await made(api, ['a1', 'b1', 'a2', 'a3'])
    const byLabel = await api.get(`${api.in('configmaps')}?limit=2&labelSelector=first%3Da`)
    byLabel.is(200, { metadata: { continue: /./, remainingItemCount: undefined }, items: named('a1', 'a2') })
    const rest = await api.get(
      `${api.in('configmaps')}?labelSelector=first%3Da&continue=${continueOf(byLabel)}`,
    )
    rest.is(200, { items: named('a3') })
    const byField = await api.get(`${api.in('configmaps')}?limit=1&${mine}&fieldSelector=metadata.name!%3Da1`)
    byField.is(200, { metadata: { continue: /./, remainingItemCount: undefined }, items: named('a2') })
  },

  'a token with a resourceVersion, or with a resourceVersionMatch, is refused': async (api) => {
    const [version = ''] = await withSecrets(api, 'a', 'b', 'c')
    const first = await api.get(`${api.in('secrets')}?limit=1`)
    const next = `${api.in('secrets')}?limit=1&continue=${continueOf(first)}`
    ;(await api.get(`${next}&resourceVersion=${version}`)).is(400, {
      reason: 'BadRequest',
      message: 'specifying resource version is not allowed when using continue',
    })
    ;(await api.get(`${next}&resourceVersion=0&resourceVersionMatch=NotOlderThan`)).is(
      422,
      invalidOptions(
        'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided',
      ),
    )
  },

  'a token that the server did not write is refused with a reason': async (api) => {
    const at = (text: string): string => `${api.in('secrets')}?limit=1&continue=${text}`
    const v = 'meta.k8s.io/v1'
    const refusal = (why: string) => ({
      reason: 'BadRequest',
      message: `invalid continue token: continue key is not valid: ${why}`,
    })
    const answers: readonly (readonly [string, string])[] = [
      ['abc', "invalid character 'i' looking for beginning of value"],
      ['a%24b', 'illegal base64 data at input byte 1'],
      [`${token({ v, rv: 5, start: 'a' })}%3D`, 'illegal base64 data at input byte 55'],
      [token({ v, rv: 0, start: 'a' }), 'incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
      [token({ v, rv: 5 }), 'encoded start key empty (version meta.k8s.io/v1)'],
      [token({ v: 'other', rv: 5, start: 'a' }), 'server does not recognize this encoded version other'],
      [token({ v, rv: 5, start: '../a' }), '../a'],
      [token('{'), 'unexpected end of JSON input'],
    ]
    for (const [text, why] of answers) (await api.get(at(text))).is(400, refusal(why))
  },

  'a token of a past that is gone is 410 with a token that goes on without consistency': alone(
    async (api) => {
      await withSecrets(api, 'a', 'b', 'c', 'd')
      const first = await api.get(`${api.in('secrets')}?limit=1`)
      const next = `${api.in('secrets')}?limit=1&continue=${continueOf(first)}`
      await api.delete(api.in('secrets', 'b'))
      await api.post(api.in('secrets'), secret('e'))
      await api.compact()
      const gone = await api.until(next, ({ status }) => status === 410)
      gone.is(410, {
        reason: 'Expired',
        message:
          /^The provided continue parameter is too old to display a consistent list result\. You can start/,
        metadata: { continue: /./ },
      })
      const on = await api.get(`${api.in('secrets')}?limit=1&continue=${continueOf(gone)}`)
      on.is(200, { metadata: { remainingItemCount: 2 }, items: named('c') })
      const rest = await api.get(`${api.in('secrets')}?continue=${continueOf(on)}`)
      rest.is(200, { items: named('d', 'e') })
    },
  ),

  'a list at a version that is gone is 410, one that is not older than it is not': alone(async (api) => {
    const [, second = ''] = await withSecrets(api, 'a', 'b', 'c')
    await api.compact()
    const exact = `${api.in('secrets')}?resourceVersion=${second}&resourceVersionMatch=Exact`
    const gone = await api.until(exact, ({ status }) => status === 410)
    gone.is(410, {
      reason: 'Expired',
      message: 'The resourceVersion for the provided list is too old.',
      metadata: { continue: undefined },
    })
    ;(await api.get(`${api.in('secrets')}?resourceVersion=${second}&limit=1`)).is(410)
    ;(await api.get(`${api.in('secrets')}?resourceVersion=${second}`)).is(200, {
      items: named('a', 'b', 'c'),
    })
    ;(await api.get(`${api.in('secrets')}?limit=1`)).is(200, { items: named('a') })
  }),

  'limit and timeoutSeconds have to be whole numbers, less than none is none': async (api) => {
    await withSecrets(api, 'a', 'b')
    const at = (query: string): string => `${api.in('secrets')}?${query}`
    const refusal = (text: string, why = 'invalid syntax') => ({
      reason: 'BadRequest',
      message: `strconv.ParseInt: parsing "${text}": ${why}`,
    })
    for (const text of ['abc', '1.5', '']) (await api.get(at(`limit=${text}`))).is(400, refusal(text))
    ;(await api.get(at('limit=99999999999999999999'))).is(
      400,
      refusal('99999999999999999999', 'value out of range'),
    )
    ;(await api.get(at('timeoutSeconds=soon'))).is(400, refusal('soon'))
    for (const query of ['limit=0', 'limit=-1', 'timeoutSeconds=-5', 'timeoutSeconds=10'])
      (await api.get(at(query))).is(200, { metadata: { continue: undefined }, items: named('a', 'b') })
  },

  'parameters that a list does not know are passed over': async (api) => {
    await withSecrets(api, 'a', 'b')
    const answer = await api.get(`${api.in('secrets')}?limit=1&nonsense=true&fieldValidation=Nope&dryRun=no`)
    answer.is(200, { items: named('a') })
    ;(await api.get(`${api.in('secrets')}?limit=1&allowWatchBookmarks=perhaps`)).is(200, {
      items: named('a'),
    })
    ;(await api.get(`${api.in('secrets')}?watch=false&limit=1`)).is(200, { kind: 'SecretList' })
    ;(await api.get(`${api.in('secrets')}?watch=0&limit=1`)).is(200, { kind: 'SecretList' })
  },

  'a list of metadata only has pages too, and asks for a list': async (api) => {
    await withSecrets(api, 'a', 'b')
    const as = (kind: string) => ({ headers: { accept: `application/json;as=${kind};v=v1;g=meta.k8s.io` } })
    const first = await api.get(`${api.in('secrets')}?limit=1`, as('PartialObjectMetadataList'))
    first.is(200, {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { remainingItemCount: 1 },
      items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'a' }, type: undefined }],
    })
    ;(await api.get(api.in('secrets'), as('PartialObjectMetadata'))).is(406, {
      reason: 'NotAcceptable',
      message: 'you requested PartialObjectMetadata, but the requested object is a list (*core.SecretList)',
    })
    ;(await api.get(api.in('secrets', 'a'), as('PartialObjectMetadataList'))).is(406)
    ;(await api.get(api.in('secrets', 'a'), as('PartialObjectMetadata'))).is(200, { metadata: { name: 'a' } })
  },
}

export const list = area('list, paging and resourceVersionMatch', 'list', own, versions, tables)
