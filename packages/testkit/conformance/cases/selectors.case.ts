import type { CaseApi } from '../case-api.ts'
import { area } from '../conformance-case.ts'
import type { Cases } from '../conformance-case.ts'
import { labelRules } from './selectors/label-rules.ts'
import { ownFields } from './selectors/own-fields.ts'

type Labels = Readonly<Record<string, string>>

const configMap = (name: string, labels: Labels = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
})

const made = async (api: CaseApi, objects: Readonly<Record<string, Labels>>): Promise<void> => {
  for (const [name, labels] of Object.entries(objects))
    (await api.post(api.in('configmaps'), configMap(name, labels))).is(201)
}

/** All of them carry `case`: a control plane puts a ConfigMap of its own into every namespace. */
const shop: Readonly<Record<string, Labels>> = {
  back: { case: 'x', app: 'shop', tier: 'back', size: '3' },
  bare: { case: 'x' },
  empty: { case: 'x', app: '' },
  front: { case: 'x', app: 'shop', tier: 'front', 'example.com/size': '10', size: '10' },
}

const names = (body: { items?: readonly { metadata: { name: string } }[] }) =>
  body.items?.map(({ metadata }) => metadata.name) ?? body

/** Each selector selects these names, by commas. */
const selects = async (api: CaseApi, parameter: string, expected: Readonly<Record<string, string>>) => {
  for (const [selector, all] of Object.entries(expected)) {
    const own = parameter === 'labelSelector' ? `case,${selector}` : selector
    const also = parameter === 'labelSelector' ? '' : '&labelSelector=case'
    const path = `${api.in('configmaps')}?${parameter}=${encodeURIComponent(own)}${also}`
    const answer = await api.get(path, { show: names })
    answer.is(200, {
      items: all
        .split(',')
        .filter(Boolean)
        .map((name) => ({ metadata: { name } })),
    })
  }
}

const refuses = async (api: CaseApi, parameter: string, expected: Readonly<Record<string, string>>) => {
  for (const [selector, message] of Object.entries(expected)) {
    const answer = await api.get(`${api.in('configmaps')}?${parameter}=${encodeURIComponent(selector)}`)
    answer.is(400, { kind: 'Status', reason: 'BadRequest', message })
  }
}

const unable = (why: string): string => `unable to parse requirement: ${why}`
const badValue =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const badName =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const badValueAt = (at: string, value: string): string => `${at}: Invalid value: "${value}": ${badValue}`

const own: Cases = {
  'labels are selected by equality, what lacks the label is unequal': async (api) => {
    await made(api, shop)
    await selects(api, 'labelSelector', {
      'tier=front': 'front',
      'tier==back': 'back',
      'tier!=front': 'back,bare,empty',
      'app=': 'empty',
      'app!=': 'back,bare,front',
      'example.com/size=10': 'front',
      'tier=none': '',
    })
  },

  'labels are selected by sets of values': async (api) => {
    await made(api, shop)
    await selects(api, 'labelSelector', {
      'tier in (front, back)': 'back,front',
      'tier in (front)': 'front',
      'tier notin (front,none)': 'back,bare,empty',
      'app in ()': 'empty',
      'app in (,shop)': 'back,empty,front',
      'app notin ()': 'back,bare,front',
    })
  },

  'labels are selected by being there or not': async (api) => {
    await made(api, shop)
    await selects(api, 'labelSelector', {
      app: 'back,empty,front',
      '!app': 'bare',
      '! tier': 'bare,empty',
      'app,!tier': 'empty',
    })
  },

  'labels are compared as whole numbers': async (api) => {
    await made(api, shop)
    await selects(api, 'labelSelector', {
      'size>3': 'front',
      'size < 10': 'back',
      'size>2,size<11': 'back,front',
      'app>1': '',
    })
    await refuses(api, 'labelSelector', {
      'size>x': unable(
        "values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
      ),
      'size<': unable(
        "values[0]: Invalid value: \"\": for 'Gt', 'Lt' operators, the value must be an integer",
      ),
    })
  },

  'all requirements have to hold, spaces and keywords as keys do not matter': async (api) => {
    await made(api, { ...shop, words: { case: 'x', in: 'notin', notin: 'in' } })
    await selects(api, 'labelSelector', {
      ' app = shop , tier in ( back ) ': 'back',
      'app=shop,tier=front,size=3': '',
      'in in (notin)': 'words',
      'notin=in,in': 'words',
      '!in,app': 'back,empty,front',
    })
  },

  'an empty selector selects everything, and the first of several counts': async (api) => {
    await made(api, shop)
    const all = await api.get(`${api.in('configmaps')}?labelSelector=&fieldSelector=metadata.name%3Dbare`)
    all.is(200, { items: [{ metadata: { name: 'bare' } }] })
    const spaces = await api.get(
      `${api.in('configmaps')}?labelSelector=%20&fieldSelector=metadata.name%3Dbare`,
    )
    spaces.is(200, { items: [{ metadata: { name: 'bare' } }] })
    const first = await api.get(`${api.in('configmaps')}?labelSelector=tier%3Dback&labelSelector=a%20b`)
    first.is(200, { items: [{ metadata: { name: 'back' } }] })
  },

  'a label selector that cannot be read is refused with where it went wrong': (api) =>
    refuses(api, 'labelSelector', {
      'a b': unable("found 'b', expected: in, notin, =, ==, !=, gt, lt"),
      'a in b': unable("found 'b' expected: '('"),
      'a in': unable("found '' expected: '('"),
      'a in (b': unable("found '', expected: ',' or ')'"),
      'a in (b c)': unable("found 'c', expected: ',' or ')'"),
      'a in (=)': unable("found '=', expected: ',', ')' or identifier"),
      'a!': unable("found '!', expected: in, notin, =, ==, !=, gt, lt"),
      'a=>': unable("found '>', expected: identifier"),
      '!': unable("found '', expected: identifier"),
      'a=b,!': unable("found '', expected: identifier"),
      'in (a)': unable("found '(', expected: in, notin, =, ==, !=, gt, lt"),
      '!a=b': "found '=', expected: ',' or 'end of string'",
      'a=b c': "found 'c', expected: ',' or 'end of string'",
      'a==b==c': "found '==', expected: ',' or 'end of string'",
      'a in (b)(c)': "found '(', expected: ',' or 'end of string'",
      '=web': "found '=', expected: !, identifier, or 'end of string'",
      ',': "found ',', expected: !, identifier, or 'end of string'",
      'a,': "found '', expected: identifier after ','",
      'a,,b': "found ',', expected: identifier after ','",
    }),

  'a label selector with an impossible key or value is refused': (api) =>
    refuses(api, 'labelSelector', {
      'a=-x': unable(badValueAt('values[0][a]', '-x')),
      'a in (b,-x)': unable(badValueAt('values[0][a]', '-x')),
      'a in (-b,+c)': unable(`[${badValueAt('values[0][a]', '+c')}, ${badValueAt('values[1][a]', '-b')}]`),
      [`a=${'x'.repeat(64)}`]: unable(
        `values[0][a]: Invalid value: "${'x'.repeat(64)}": must be no more than 63 bytes`,
      ),
      '-a=b': unable(`<nil>: Invalid value: "-a": ${badName}`),
      '-a in (-b)': unable(`<nil>: Invalid value: "-a": ${badName}`),
      '/a': unable('<nil>: Invalid value: "/a": prefix part must be non-empty'),
      'example.com/=a': unable(
        `<nil>: Invalid value: "example.com/": name part must be non-empty; ${badName}`,
      ),
      [`${'k'.repeat(64)}=a`]: unable(
        `<nil>: Invalid value: "${'k'.repeat(64)}": name part must be no more than 63 bytes`,
      ),
    }),

  'every object is selected by its name and its namespace': async (api) => {
    await made(api, shop)
    await selects(api, 'fieldSelector', {
      'metadata.name=bare': 'bare',
      'metadata.name==bare': 'bare',
      'metadata.name!=bare': 'back,empty,front',
      'metadata.name=': '',
      'metadata.name!=': 'back,bare,empty,front',
      'metadata.name=bare,metadata.name=back': '',
      'metadata.name!=bare,metadata.name!=back': 'empty,front',
      'metadata.name=bare,': 'bare',
      [`metadata.namespace=${api.namespace},metadata.name=bare`]: 'bare',
      'metadata.namespace=other': '',
      'metadata.name=Impossible_name': '',
    })
    const everywhere = await api.get(
      `/api/v1/configmaps?fieldSelector=metadata.namespace%3D${api.namespace},metadata.name%3Dbare`,
    )
    everywhere.is(200, { items: [{ metadata: { name: 'bare' } }] })
  },

  'a value of a field selector may have commas and equals signs behind a backslash': async (api) => {
    await made(api, shop)
    await selects(api, 'fieldSelector', {
      'metadata.name=a\\,b': '',
      'metadata.name!=a\\=b\\\\': 'back,bare,empty,front',
    })
    await refuses(api, 'fieldSelector', {
      'metadata.name=a\\b': 'invalid field selector: invalid escape sequence: \\b',
      'metadata.name=a\\': 'invalid field selector: invalid escape sequence: \\',
      'metadata.name=a=b': 'invalid field selector: unescaped character in value: 61',
      'metadata.name===a': 'invalid field selector: unescaped character in value: 61',
    })
  },

  'a field selector that cannot be read is refused with what it is': (api) =>
    refuses(api, 'fieldSelector', {
      'metadata.name': "invalid selector: 'metadata.name'; can't understand 'metadata.name'",
      'metadata.name=a,b': "invalid selector: 'metadata.name=a,b'; can't understand 'b'",
      'metadata.name in (a)':
        "invalid selector: 'metadata.name in (a)'; can't understand 'metadata.name in (a)'",
      '!metadata.name': "invalid selector: '!metadata.name'; can't understand '!metadata.name'",
      'metadata.name>a': "invalid selector: 'metadata.name>a'; can't understand 'metadata.name>a'",
    }),

  'most kinds know no other fields': async (api) => {
    const unknown = (field: string) =>
      `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
    await refuses(api, 'fieldSelector', {
      'data.a=1': unknown('data.a'),
      'metadata.labels.app=shop': unknown('metadata.labels.app'),
      'metadata.uid=1': unknown('metadata.uid'),
      '=a': unknown(''),
      ' metadata.name=a': unknown(' metadata.name'),
      'metadata.name = a': unknown('metadata.name '),
    })
    const refusal = async (path: string, field: string) =>
      (await api.get(`${path}?fieldSelector=${field}%3Da`)).is(400, { message: unknown(field) })
    await refusal(api.in('apps/v1/deployments'), 'status.replicas')
    await refusal(api.in('coordination.k8s.io/v1/leases'), 'spec.holderIdentity')
    await refusal('/apis/storage.k8s.io/v1/storageclasses', 'provisioner')
    await refusal('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', 'spec.group')
    const roles =
      '/apis/rbac.authorization.k8s.io/v1/clusterroles?fieldSelector=metadata.name%3Dcluster-admin'
    const one = await api.get(roles, { show: names })
    one.is(200, { items: [{ metadata: { name: 'cluster-admin' } }] })
    // of a kind without namespaces it is empty
    ;(await api.get(`${roles},metadata.namespace%3Da`)).is(200, { items: [] })
  },

  'label and field selectors both have to hold, page by page': async (api) => {
    await made(api, shop)
    const query = `labelSelector=app&fieldSelector=metadata.name!%3Dempty`
    const first = await api.get(`${api.in('configmaps')}?${query}&limit=1`)
    first.is(200, { items: [{ metadata: { name: 'back' } }] })
    const rest = await api.get(
      `${api.in('configmaps')}?${query}&continue=${encodeURIComponent(first.body.metadata.continue)}`,
    )
    rest.is(200, { items: [{ metadata: { name: 'front' } }] })
  },

  'a collection is deleted as far as it is selected': async (api) => {
    await made(api, shop)
    const byLabel = await api.delete(`${api.in('configmaps')}?labelSelector=tier%3Dback`)
    byLabel.is(200, { kind: 'ConfigMapList', items: [{ metadata: { name: 'back' } }] })
    const byField = await api.delete(
      `${api.in('configmaps')}?labelSelector=case&fieldSelector=metadata.name%3Dbare`,
    )
    byField.is(200, { items: [{ metadata: { name: 'bare' } }] })
    ;(await api.delete(`${api.in('configmaps')}?labelSelector=tier%3Dnone`)).is(200, { items: [] })
    const left = await api.get(`${api.in('configmaps')}?labelSelector=case`)
    left.is(200, { items: [{ metadata: { name: 'empty' } }, { metadata: { name: 'front' } }] })
  },

  'a collection is not deleted by a selector that cannot be read': async (api) => {
    await made(api, shop)
    ;(await api.delete(`${api.in('configmaps')}?labelSelector=a%20b`)).is(400, {
      message: unable("found 'b', expected: in, notin, =, ==, !=, gt, lt"),
    })
    ;(await api.delete(`${api.in('configmaps')}?fieldSelector=data.a%3D1`)).is(400)
    await selects(api, 'fieldSelector', { 'metadata.name!=none': 'back,bare,empty,front' })
  },
}

export const selectors = area('selectors', 'selectors', own, ownFields, labelRules)
