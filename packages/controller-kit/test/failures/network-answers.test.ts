import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Credentials } from '../../src/client/credentials.ts'
import { KubeClient } from '../../src/client/kube-client.ts'
import { clientOf, temporaryFolder, widgetDefinition } from '../clients.ts'
import type { FaultyCluster } from './faulty-cluster.ts'
import { configMap, hub, Scene } from './scene.ts'
import { withScene } from './with-scene.ts'

const before = [configMap('same'), configMap('changed')]
const rbac = 'rbac.authorization.k8s.io'

const role = {
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRole',
  metadata: { name: 'reader' },
  rules: [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] },
    { apiGroups: ['test.io'], resources: ['widgets'], verbs: ['list', 'watch', 'create'] },
  ],
}
/** No subjects: nobody may. */
const binding = (...subjects: readonly object[]) => ({
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name: 'reader' },
  roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'reader' },
  subjects,
})
const robot = { namespace: 'default', name: 'robot' }
const robotUser = 'system:serviceaccount:default:robot'

describe('401', () => {
  let file = ''
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
    file = join(folder.path, 'token')
  })
  afterAll(() => folder.remove())

  const openAsRobot = async (cluster: FaultyCluster): Promise<Scene> => {
    const subject = { kind: 'ServiceAccount', ...robot }
    await cluster.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: robot }, role, binding(subject))
    await writeFile(file, 'stale')
    return Scene.open(cluster, async (options) => {
      const access = { server: cluster.url, ca: { value: cluster.ca }, token: { file } }
      const credentials = await Credentials.load({ access })
      return new KubeClient({ cluster: 'hub', component: 'test', version: '1.0', credentials, ...options })
    })
  }
  const test = withScene(openAsRobot)

  it('with a token that is rotated in time: one more try, no wait, no trouble', async () => {
    const { cluster, scene } = test
    await writeFile(file, await cluster.serviceAccountToken(robot))
    await cluster.apply(...before)
    await scene.synced()
    const [lists, failures] = [await scene.count('lists'), await scene.count('failures')]

    await writeFile(file, await cluster.serviceAccountToken({ ...robot, expirationSeconds: 7_200 }))
    const refusal = { kind: 'status', code: 401, reason: 'Unauthorized' } as const
    cluster.faults.add({ match: { verb: 'watch', user: robotUser }, fault: refusal, times: 1 })
    const from = scene.tries.length
    cluster.faults.endWatches()
    await cluster.apply(configMap('changed', { v: '2' }))
    await scene.well()
    expect(scene.tries.slice(from).map(({ verb, status }) => `${verb} ${status}`)).toEqual([
      'watch 401',
      'watch 200',
    ])
    expect([await scene.count('lists'), await scene.count('failures')]).toEqual([lists, failures])
  })

  it('with a token that stays stale: told, tried at longer and longer intervals, over with the next rotation', async () => {
    const { cluster, scene } = test
    await writeFile(file, 'stale')
    await cluster.apply(...before)
    scene.start()
    await scene.until('it is told', () => /Unauthorized/i.test(scene.trouble))
    expect(scene.informers.unsynced()[0]?.why).toMatch(/Unauthorized/i)
    await scene.pass(60_000)
    expect(scene.tries.every(({ status }) => status === 401)).toBe(true)
    expect(scene.tries.length).toBeLessThanOrEqual(9)
    await writeFile(file, await cluster.serviceAccountToken(robot))
    await scene.well()
    expect(scene.follower.events.toSorted()).toEqual(['came changed', 'came same'])
  })
})

describe('403', () => {
  const somebody = { kind: 'User', apiGroup: rbac, name: 'somebody' }
  const test = withScene(async (cluster) => {
    await cluster.apply(role, binding(somebody))
    return Scene.open(cluster, (options) => clientOf(cluster, { user: 'somebody' }, options))
  })

  it('appearing and going: never taken for empty, blocks whoever reads it, and nothing is lost', async () => {
    const { cluster, scene } = test
    await cluster.apply(...before)
    await scene.synced()
    await cluster.apply(binding())
    // What is open stays open: a server asks once.
    cluster.faults.dropWatches()
    await scene.until('it is forbidden', () => scene.informers.sync(hub.Kept).is === 'forbidden')
    expect(scene.informers.unsynced()).toEqual([
      { name: 'hub.Kept', why: expect.stringMatching(/configmaps in cluster hub: .*forbidden/) },
    ])
    expect(scene.cached).toHaveLength(2)
    await cluster.apply(configMap('changed', { v: '2' }), configMap('new'))
    const from = scene.tries.length
    await scene.pass(5 * 60_000)
    expect(scene.tries.length - from).toBeLessThanOrEqual(18)
    expect(scene.informers.sync(hub.Kept).is).toBe('forbidden')
    expect(scene.follower.events.filter((event) => event.startsWith('went'))).toEqual([])

    await cluster.apply(binding(somebody))
    await scene.well()
    expect(scene.informers.sync(hub.Kept)).toEqual({ is: 'synced' })
    expect(scene.follower.events.slice(2)).toEqual(['changed changed', 'came new'])
  })
})

describe('a storm of 429', () => {
  const test = withScene()

  it.each([
    ['with Retry-After', { retryAfterSeconds: 1 }],
    ['without', {}],
  ])('%s: the server is spared, and everything comes when it is over', async (_, more) => {
    const { cluster, scene } = test
    await cluster.apply(...before)
    await scene.synced()
    const fault = { kind: 'status', code: 429, ...more } as const
    const over = cluster.faults.add({ match: { resource: 'configmaps' }, fault })
    cluster.faults.dropWatches()
    await scene.until('it is told', () => scene.trouble.includes('injected'))
    const from = scene.tries.length
    await cluster.apply(configMap('changed', { v: '2' }), configMap('new'))
    await scene.pass(5 * 60_000)
    expect(scene.informers.sync(hub.Kept)).toEqual({ is: 'synced' })
    // In the end a try every 30 s, and of a list three more after a second each.
    expect(scene.tries.length - from).toBeLessThanOrEqual(30)
    over()
    await scene.well()
    expect(scene.cached).toHaveLength(3)
  })

  it('from the start: synced when it is over, and not before', async () => {
    const { cluster, scene } = test
    await cluster.apply(...before)
    const fault = { kind: 'status', code: 429, retryAfterSeconds: 20 } as const
    const over = cluster.faults.add({ match: { resource: 'configmaps' }, fault })
    scene.start()
    await scene.pass(5 * 60_000)
    // Never before the time that the server named.
    const at = scene.tries.map((tried) => tried.at)
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(20_000)
    expect(scene.informers.sync(hub.Kept)).toMatchObject({ is: 'syncing', why: /injected/ })
    over()
    await scene.well()
  })
})

describe('a definition that is absent', () => {
  const test = withScene()

  it('and then served: the kind is empty until then, asked for seldom, and begins at once', async () => {
    const { cluster, scene } = test
    scene.informers.use(hub.Widget)
    scene.start()
    await scene.until('it is known', () => scene.informers.sync(hub.Widget).is === 'notServed')
    expect(scene.informers.unsynced()).toEqual([])
    expect(scene.informers.list(hub.Widget)).toEqual([])
    const asked = (): number => cluster.requests.all({ resource: 'widgets.test.io' }).length
    const first = asked()
    await scene.pass(10 * 60_000)
    // A watch of the definitions would tell; this is for where that is forbidden.
    expect(asked() - first).toBeLessThanOrEqual(24)
    expect(scene.informers.unsynced()).toEqual([])

    await cluster.installCrds(widgetDefinition)
    await cluster.apply({
      apiVersion: 'test.io/v1',
      kind: 'Widget',
      metadata: { namespace: 'default', name: 'w' },
    })
    // By itself it would be looked for a minute later.
    await scene.within(10_000, 'it is served', () => scene.informers.sync(hub.Widget).is === 'synced')
    await scene.until('it is there', () => scene.informers.list(hub.Widget).length === 1)
    expect(scene.informers.troubles()).toEqual([])
  })
})
