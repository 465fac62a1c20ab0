import type { Answer } from '../../answer.ts'
import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { clusterRole, clusterRoles, grantEverywhere, rbacGroup, rule, user } from './grants.ts'

const settings = rule(['get'], 'aggregated.example.com', ['settings'])
const colours = rule(['get', 'list'], 'aggregated.example.com', ['colours'])

/** Selects what only this case has labelled. */
const byLabel = (api: CaseApi, value = 'yes') => ({ matchLabels: { [labelOf(api)]: value } })
const labelOf = (api: CaseApi): string => `${api.namespace}/gathered`

const aggregate = (name: string, selectors: readonly object[], rules: readonly object[] | null = null) => ({
  apiVersion: `${rbacGroup}/v1`,
  kind: 'ClusterRole',
  metadata: { name },
  aggregationRule: { clusterRoleSelectors: selectors },
  rules,
})

const at = (api: CaseApi, name: string): string => `${clusterRoles}/${api.unique(name)}`

/** Makes a part that is gathered. */
const part = async (api: CaseApi, name: string, rules: readonly object[], value = 'yes'): Promise<void> => {
  const body = { ...clusterRole(api.unique(name), [], { [labelOf(api)]: value }), rules }
  const answer = await api.post(clusterRoles, body)
  answer.is(201)
}

const rulesOf = ({ body }: Answer): number => (body.rules as unknown[] | undefined | null)?.length ?? 0

/** Waits until so many rules have been gathered. */
const gathered = (api: CaseApi, name: string, count: number): Promise<Answer> =>
  api.until(at(api, name), (answer) => rulesOf(answer) === count)

export const aggregation: Cases = {
  'an aggregate has the rules of what it selects, in the order of names': async (api) => {
    await part(api, 'b', [settings])
    await part(api, 'a', [colours])
    const made = await api.post(clusterRoles, aggregate(api.unique('all'), [byLabel(api)]))
    made.is(201)
    const all = await gathered(api, 'all', 2)
    all.is(200, { rules: [colours, settings] })
  },

  'what is written into an aggregate is replaced': async (api) => {
    await part(api, 'a', [colours])
    const made = await api.post(clusterRoles, aggregate(api.unique('all'), [byLabel(api)], [settings]))
    made.is(201, { rules: [settings] })
    const first = await api.until(at(api, 'all'), ({ body }) => body.rules[0].resources[0] === 'colours')
    first.is(200, { rules: [colours] })
    const edited = await api.patch(at(api, 'all'), 'merge', { rules: [settings] })
    edited.is(200, { rules: [settings] })
    await api.until(at(api, 'all'), ({ body }) => body.rules[0].resources[0] === 'colours')
  },

  'a rule that two parts have is there once': async (api) => {
    await part(api, 'a', [colours, settings])
    await part(api, 'b', [settings])
    await api.post(clusterRoles, aggregate(api.unique('all'), [byLabel(api)]))
    const all = await gathered(api, 'all', 2)
    all.is(200, { rules: [colours, settings] })
  },

  'a part that comes later is gathered': async (api) => {
    await api.post(clusterRoles, aggregate(api.unique('all'), [byLabel(api)]))
    await part(api, 'late', [colours])
    await gathered(api, 'all', 1)
  },

  'a part that changes, changes the aggregate': async (api) => {
    await part(api, 'a', [colours])
    await api.post(clusterRoles, aggregate(api.unique('all'), [byLabel(api)]))
    await gathered(api, 'all', 1)
    const changed = await api.patch(at(api, 'a'), 'merge', { rules: [colours, settings] })
    changed.is(200)
    await gathered(api, 'all', 2)
  },

  'a part that loses its label is given up': async (api) => {
    await part(api, 'a', [colours])
    await part(api, 'b', [settings])
    await api.post(clusterRoles, aggregate(api.unique('all'), [byLabel(api)]))
    await gathered(api, 'all', 2)
    const bare = await api.patch(at(api, 'a'), 'merge', { metadata: { labels: null } })
    bare.is(200)
    const left = await gathered(api, 'all', 1)
    left.is(200, { rules: [settings] })
  },

  'with its last part, an aggregate has no rules': async (api) => {
    await part(api, 'a', [colours])
    await api.post(clusterRoles, aggregate(api.unique('all'), [byLabel(api)]))
    await gathered(api, 'all', 1)
    await api.delete(at(api, 'a'))
    const empty = await gathered(api, 'all', 0)
    empty.is(200, { rules: null })
  },

  'several selectors gather what any of them selects, in their order': async (api) => {
    await part(api, 'a', [settings], 'second')
    await part(api, 'b', [colours], 'first')
    await api.post(
      clusterRoles,
      aggregate(api.unique('all'), [byLabel(api, 'first'), byLabel(api, 'second')]),
    )
    const all = await gathered(api, 'all', 2)
    all.is(200)
  },

  'selectors may be expressions': async (api) => {
    await part(api, 'a', [settings], 'one')
    await part(api, 'b', [colours], 'two')
    const selector = { matchExpressions: [{ key: labelOf(api), operator: 'In', values: ['two', 'three'] }] }
    await api.post(clusterRoles, aggregate(api.unique('all'), [selector]))
    const all = await gathered(api, 'all', 1)
    all.is(200, { rules: [colours] })
  },

  'an aggregate of aggregates has the rules of their parts': async (api) => {
    await part(api, 'a', [colours])
    const inner = aggregate(api.unique('inner'), [byLabel(api)])
    await api.post(clusterRoles, {
      ...inner,
      metadata: { ...inner.metadata, labels: { [labelOf(api)]: 'outer' } },
    })
    await api.post(clusterRoles, aggregate(api.unique('outer'), [byLabel(api, 'outer')]))
    const outer = await gathered(api, 'outer', 1)
    outer.is(200, { rules: [colours] })
  },

  'an aggregate does not gather itself': async (api) => {
    const own = aggregate(api.unique('all'), [byLabel(api)], [settings])
    await part(api, 'a', [colours])
    await api.post(clusterRoles, { ...own, metadata: { ...own.metadata, labels: { [labelOf(api)]: 'yes' } } })
    const all = await api.until(at(api, 'all'), ({ body }) => body.rules[0].resources[0] === 'colours')
    all.is(200, { rules: [colours] })
  },

  'rules for paths are gathered too': async (api) => {
    await part(api, 'a', [{ verbs: ['get'], nonResourceURLs: ['/somewhere/*'] }])
    await api.post(clusterRoles, aggregate(api.unique('all'), [byLabel(api)]))
    const all = await gathered(api, 'all', 1)
    all.is(200, { rules: [{ nonResourceURLs: ['/somewhere/*'], verbs: ['get'] }] })
  },

  'an aggregation without selectors, or with wrong ones, is refused': async (api) => {
    const path = clusterRoles
    const none = await api.post(path, aggregate(api.unique('none'), []))
    none.is(422, { reason: 'Invalid' })
    const wrong = await api.post(
      path,
      aggregate(api.unique('wrong'), [{ matchExpressions: [{ key: 'a', operator: 'In' }] }]),
    )
    wrong.is(422, { reason: 'Invalid' })
    const unknown = await api.post(
      path,
      aggregate(api.unique('unknown'), [
        { matchExpressions: [{ key: 'a', operator: 'Like', values: ['b'] }] },
      ]),
    )
    unknown.is(422)
    const key = await api.post(path, aggregate(api.unique('key'), [{ matchLabels: { 'not a key': 'b' } }]))
    key.is(422)
  },

  'who may not do everything may neither make nor change an aggregate': async (api) => {
    const name = api.unique('ann')
    const ann = api.as({ user: name })
    await grantEverywhere(api, ann, user(name), [
      rule(['create', 'update', 'patch', 'get'], rbacGroup, ['clusterroles']),
    ])
    const made = await ann.post(clusterRoles, aggregate(api.unique('hers'), [byLabel(api)]))
    made.is(403, { reason: 'Forbidden' })
    await api.post(clusterRoles, aggregate(api.unique('all'), [byLabel(api)]))
    const changed = await ann.patch(at(api, 'all'), 'merge', {
      aggregationRule: { clusterRoleSelectors: [byLabel(api, 'other')] },
    })
    changed.is(403)
    const labelled = await ann.patch(at(api, 'all'), 'merge', { metadata: { labels: { a: 'b' } } })
    labelled.is(403, { message: /must have cluster-admin privileges to use the aggregationRule/ })
  },

  'who holds rights by an aggregate holds those of its parts': async (api) => {
    const name = api.unique('tom')
    const tom = api.as({ user: name })
    await grantEverywhere(api, tom, user(name), [rule(['list'], '', ['events'])])
    const before = await tom.get(api.in('configmaps'))
    before.is(403)
    await part(api, 'a', [rule(['list'], '', ['configmaps'])])
    await api.post(clusterRoles, aggregate(api.unique('all'), [byLabel(api)]))
    const bindings = clusterRoles.replace('clusterroles', 'clusterrolebindings')
    await api.post(bindings, {
      apiVersion: `${rbacGroup}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: api.unique('all') },
      roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: api.unique('all') },
      subjects: [user(name)],
    })
    const after = await tom.until(api.in('configmaps'), ({ status }) => status === 200, {
      show: ({ kind }) => kind,
    })
    after.is(200)
  },

  'without its selection, an aggregate keeps the rules that it has': async (api) => {
    await part(api, 'a', [colours])
    await api.post(clusterRoles, aggregate(api.unique('all'), [byLabel(api)]))
    await gathered(api, 'all', 1)
    const plain = await api.patch(at(api, 'all'), 'merge', { aggregationRule: null })
    plain.is(200, { rules: [colours], aggregationRule: undefined })
    await api.delete(at(api, 'a'))
    const kept = await api.get(at(api, 'all'))
    kept.is(200, { rules: [colours] })
  },
}
