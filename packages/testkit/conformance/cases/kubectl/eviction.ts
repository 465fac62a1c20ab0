import type { CaseApi } from '../../case-api.ts'
import { byKubectl } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'

const evictionOf = (name: string, deleteOptions?: object) => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name },
  ...(deleteOptions === undefined ? {} : { deleteOptions }),
})

/** Pods that are said to run, on a node that is not there. */
const running = async (api: CaseApi, ...names: readonly string[]): Promise<void> => {
  for (const name of names) {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: 'x', name }, finalizers: ['example.com/hold'] },
      spec: {
        automountServiceAccountToken: false,
        containers: [{ name: 'a', image: 'registry.example.com/a:1' }],
      },
    }
    ;(await api.post(api.in('pods'), pod, { show: () => undefined })).is(201)
    await say(api, 'pods', name, { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] })
  }
}

const say = async (api: CaseApi, resource: string, name: string, status: object): Promise<void> => {
  const answer = await api.patch(
    api.in(resource, `${name}/status`),
    'merge',
    { status },
    { show: () => undefined },
  )
  answer.is(200)
}

const budgets = 'policy/v1/poddisruptionbudgets'

const budget = async (api: CaseApi, name: string, status?: object, spec: object = {}): Promise<void> => {
  const object = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { selector: { matchLabels: { app: 'x' } }, minAvailable: 1, ...spec },
  }
  ;(await api.post(api.in(budgets), object, { show: () => undefined })).is(201)
  if (status !== undefined) await say(api, budgets, name, status)
}

const status = { currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, observedGeneration: 1 }

export const eviction: Cases = {
  'pods are evicted as their disruption budget allows': byKubectl(async (api) => {
    const evict = (name: string, body: object = evictionOf(name)) =>
      api.post(api.in('pods', `${name}/eviction`), body)
    await running(api, 'a', 'b', 'c')
    ;(await evict('a')).is(201)
    await api.get(api.in('pods', 'a'))
    await budget(api, 'pdb')
    ;(await evict('b')).is(429)
    await say(api, budgets, 'pdb', { ...status, disruptionsAllowed: 0 })
    ;(await evict('b')).is(429)
    await say(api, budgets, 'pdb', { ...status, currentHealthy: 1, disruptionsAllowed: 0 })
    ;(await evict('b')).is(429)
    await say(api, budgets, 'pdb', { ...status, disruptionsAllowed: 1 })
    ;(await evict('b', evictionOf('b', { dryRun: ['All'] }))).is(201)
    ;(await evict('b')).is(201)
    const spent = (body: { readonly status: object }): unknown => body.status
    ;(await api.get(api.in(budgets, 'pdb'), { show: spent })).is(200)
    ;(await evict('c')).is(429)
    await budget(api, 'second')
    ;(await evict('c')).is(500)
    ;(await api.delete(api.in(budgets, 'second'), undefined, { show: () => undefined })).is(200)
    await say(api, 'pods', 'c', { conditions: [{ type: 'Ready', status: 'False' }] })
    ;(await evict('c')).is(201)
    ;(await evict('a')).is(201)
    ;(await evict('nobody')).is(404)
    ;(await evict('c', evictionOf('other'))).is(400)
    ;(await evict('c', { ...evictionOf('c'), kind: 'Other' })).is(400)
    ;(
      await evict('c', evictionOf('c', { preconditions: { uid: '5d1a2c6e-0000-4000-8000-000000000000' } }))
    ).is(409)
    await api.get(api.in('pods', 'c/eviction'))
  }),

  'a node is drained': byKubectl(async (api) => {
    const node = api.unique('n')
    await api.kubectl('create -f -', {
      stdin: [{ apiVersion: 'v1', kind: 'Node', metadata: { name: node } }],
    })
    await api.kubectl(`drain ${node} --timeout=10s`)
    await api.kubectl(`get node ${node}`)
    await api.kubectl(`uncordon ${node}`)
    await api.kubectl(`delete node ${node}`)
  }),
}
