import { afterEach, beforeEach, expect, test } from 'vitest'
import { kinds } from '@odfmo/api-types'
import type { ConfigMap } from '@odfmo/api-types'
import { namespace } from '../../builders/builders.ts'
import { seededRandom } from '../../clock/seeded-random.ts'
import type { Cluster } from '../../cluster.ts'
import { startCluster } from '../../start-cluster.ts'
import { hubCrds } from '../crds/crds.ts'
import { ControlLoop } from './control-loop.ts'
import type { LocalCopy } from './local-copy.ts'

let cluster: Cluster
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
    await expect.poll(() => inCopy(copy), { timeout: 10_000 }).toEqual(inCluster())
    const present = [...heard]
      .filter(([, version]) => version !== undefined)
      .map(([key, version]) => `${key.slice(2)} ${version}`)
    expect(present.filter((line) => !line.startsWith('kube-root')).sort()).toEqual(
      inCluster().filter((line) => !line.startsWith('kube-root')),
    )
  },
  30_000,
)

test('a cluster that is away for a while is followed again', async () => {
  const copy = loop.copy(loop.client(cluster.kubeconfig()), kinds.ConfigMap, { namespace: 'n' })
  await copy.synced
  cluster.faults.partition()
  await cluster.apply(configMap('while-away', 1))
  cluster.faults.partition(false)
  await expect.poll(() => inCopy(copy), { timeout: 10_000 }).toEqual(inCluster())
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
  await expect.poll(() => copy.all().map(({ metadata }) => metadata.name), { timeout: 10_000 }).toEqual(['c'])
})
