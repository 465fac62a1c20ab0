import { afterEach, beforeEach, expect, test } from 'vitest'
import { kinds } from '@odfmo/api-types'
import type { ConfigMap } from '@odfmo/api-types'
import { namespace } from '../../builders/builders.ts'
import { seededRandom } from '../../clock/seeded-random.ts'
import type { InMemoryCluster } from '../../cluster.ts'
import { startCluster } from '../../start-cluster.ts'
import { hubCrds } from '../crds/crds.ts'
import { ControlLoop } from './control-loop.ts'
import type { LocalCopy } from '../../access/local-copy.ts'

let cluster: InMemoryCluster
let loop: ControlLoop

beforeEach(async () => {
  cluster = await startCluster()
  await cluster.apply(namespace('n'))
  loop = new ControlLoop('test', {})
})

afterEach(async () => {
  cluster.faults.clear()
  await loop.stop()
  await cluster.stop()
})

const configMap = (name: string, value: number): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n' },
  data: { value: String(value) },
})
const inCluster = (): string[] =>
  cluster
    .list({ apiVersion: 'v1', kind: 'ConfigMap' }, 'n')
    .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
const inCopy = (copy: LocalCopy<ConfigMap>): string[] =>
  copy
    .all()
    .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
    .sort()

/** The cluster is looked at anew each time: its controllers write when they come to it. */
const untilSame = (copy: LocalCopy<ConfigMap>): Promise<void> =>
  expect.poll(() => JSON.stringify(inCopy(copy)) === JSON.stringify(inCluster())).toBe(true)

test.each([1, 2, 3, 4, 5])(
  'whatever happens to its connections, a copy ends as the cluster is (seed %i)',
  async (seed) => {
    const random = seededRandom(seed)
    const client = loop.client(cluster.kubeconfig())
    const copy = loop.copy(client, kinds.ConfigMap, { namespace: 'n' })
    await copy.synced
    const heard = new Map<string, string | undefined>()
    copy.onChange((key, object) => heard.set(key, object?.metadata.resourceVersion))
    const { faults } = cluster
    const misbehave: (() => void)[] = [
      () => faults.dropWatches(),
      () => faults.compactHistory(),
      () => {
        faults.compactHistory()
        faults.dropWatches()
      },
      () => faults.add({ match: { verb: 'watch' }, fault: { kind: 'status', code: 500 }, times: 2 }),
      () => faults.add({ match: { verb: 'list' }, fault: { kind: 'cut' }, times: 1 }),
      () => faults.add({ match: { verb: 'watch' }, fault: { kind: 'reset', when: 'before' }, times: 1 }),
      () => faults.stallWatches(),
      () => faults.stallWatches({}, false),
    ]
    for (let step = 0; step < 150; step++) {
      const name = `c${Math.floor(random() * 10)}`
      if (random() < 0.3) misbehave[Math.floor(random() * misbehave.length)]?.()
      if (random() < 0.3)
        await client.remove(kinds.ConfigMap, { namespace: 'n', name }).catch(() => undefined)
      else await cluster.apply(configMap(name, step))
    }
    faults.clear()
    await untilSame(copy)
    const present = [...heard]
      .filter(([, version]) => version !== undefined)
      .map(([key, version]) => `${key.slice(2)} ${version}`)
    expect(present.filter((line) => !line.startsWith('kube-root')).sort()).toEqual(
      inCluster().filter((line) => !line.startsWith('kube-root')),
    )
  },
)

test('the answer to an own write that comes after the object has gone does not bring it back', async () => {
  const client = loop.client(cluster.kubeconfig())
  const copy = loop.copy(client, kinds.ConfigMap, { namespace: 'n' })
  await copy.synced
  const written = await client.create(kinds.ConfigMap, configMap('c', 1))
  await expect.poll(() => copy.get('n/c')).toBeDefined()
  await client.remove(kinds.ConfigMap, { namespace: 'n', name: 'c' })
  await expect.poll(() => copy.get('n/c')).toBeUndefined()
  copy.put(written)
  expect(copy.get('n/c')).toBeUndefined()
  const again = await client.create(kinds.ConfigMap, configMap('c', 2))
  copy.put(again)
  expect(copy.get('n/c')?.metadata.uid).toBe(again.metadata.uid)
})

test('a cluster that is away for a while is followed again', async () => {
  const copy = loop.copy(loop.client(cluster.kubeconfig()), kinds.ConfigMap, { namespace: 'n' })
  await copy.synced
  cluster.faults.partition()
  await cluster.apply(configMap('while-away', 1))
  cluster.faults.partition(false)
  await untilSame(copy)
})

test('a kind that is not served is empty, until its CRD comes', async () => {
  const copy = loop.copy(loop.client(cluster.kubeconfig()), kinds.ManagedCluster)
  await copy.synced
  expect(copy.all()).toEqual([])
  await cluster.installCrds(hubCrds)
  await cluster.apply({
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name: 'c' },
  })
  await expect.poll(() => copy.all().map(({ metadata }) => metadata.name)).toEqual(['c'])
})

test('an answer that comes after the deletion it led to brings nothing back, for the last thousand deletions', async () => {
  const client = loop.client(cluster.kubeconfig())
  const copy = loop.copy(client, kinds.ConfigMap, { namespace: 'n' })
  await copy.synced
  const before = cluster.snapshot()
  await cluster.apply(...Array.from({ length: 1_002 }, (_, at) => configMap(`c${at}`, at)))
  await expect.poll(() => copy.all().length).toBe(1_003) // with kube-root-ca.crt
  const made = copy.all().filter(({ metadata }) => metadata.name?.startsWith('c'))
  cluster.restore(before)
  await expect.poll(() => copy.all().length).toBe(1)
  for (const late of made) copy.put(late)
  // those that are forgotten are so old that no answer is as late
  expect(inCopy(copy).filter((line) => line.startsWith('c'))).toHaveLength(2)
})

test('a copy that may not list ends and says so, if it is to, and else waits for the right', async () => {
  const bob = loop.client(cluster.kubeconfig({ user: 'bob' }))
  const ending = loop.copy(bob, kinds.ConfigMap, { namespace: 'n' }, true)
  await expect(ending.synced).rejects.toThrow('User "bob" cannot list resource "configmaps"')
  const waiting = loop.copy(bob, kinds.ConfigMap, { namespace: 'n' })
  await cluster.requests.wait({ user: 'bob', status: 403 }, { count: 2 })
  await cluster.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'bob', namespace: 'n' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'User', name: 'bob', apiGroup: 'rbac.authorization.k8s.io' }],
  })
  await waiting.synced
})

test('a copy waits out a server that is not well, also one that ends when it is refused', async () => {
  const rule = cluster.faults.add({ match: { verb: 'list' }, fault: { kind: 'status', code: 503 }, times: 2 })
  const copy = loop.copy(loop.client(cluster.kubeconfig()), kinds.ConfigMap, { namespace: 'n' }, true)
  await copy.synced
  expect(rule.hits).toBe(2)
})
