import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, startTestCluster, type Cluster } from '@odfmo/testkit'
import { afterEach, describe, expect, it, test, vi } from 'vitest'
import type { KubeObject } from '@odfmo/api-types/meta'
import { kind } from '../src/kind.ts'
import { clientOf, secrets, type ConfigMap } from './clients.ts'
import { runExample, type RunningExample } from './run-example.ts'

const read = (file: string): Promise<string> => readFile(join(import.meta.dirname, file), 'utf8')

// Each is a process that has to start.
vi.setConfig({ testTimeout: 240_000 })

/** Undone in the opposite order, also when a test fails. */
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const startCluster = async (name: string): Promise<Cluster> => {
  const cluster = await startTestCluster({ name })
  ends.push(() => cluster.stop())
  return cluster
}

const start = async (file: string, clusters: readonly Cluster[]): Promise<RunningExample> => {
  const example = await runExample(file, clusters)
  ends.push(() => example.stop())
  return example
}

const adminOf = async (cluster: Cluster) => {
  const client = await clientOf(cluster)
  ends.push(() => client.close())
  return client
}

test.each([
  ['watcher.ts', 15],
  ['controller.ts', 40],
  ['two-clusters.ts', 60],
])('%s stands in the README word for word, and has at most %i lines', async (file, most) => {
  const [readme, example] = await Promise.all([read('../README.md'), read(`../examples/${file}`)])
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``)
  expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(most)
})

describe('watcher.ts', () => {
  const pods = kind('v1', 'Pod', 'pods')
  const key = { namespace: 'default', name: 'web' }

  it('tells of what is there, of changes, and of what goes', async () => {
    const cluster = await startCluster('home')
    const client = await adminOf(cluster)
    const spec = { containers: [{ name: 'web', image: 'web' }], automountServiceAccountToken: false }
    // On a real API server the namespace's account comes a moment after the namespace.
    await expect.poll(() => client.create(pods, { metadata: key, spec } as never)).toBeDefined()
    const { lines } = await start('watcher.ts', [cluster])
    await expect.poll(() => lines).toContain('default/web: new → Pending')
    await client.patch(pods, key, 'merge', { status: { phase: 'Running' } }, { subresource: 'status' })
    await expect.poll(() => lines).toContain('default/web: Pending → Running')
    await client.delete(pods, key, { uid: (await client.get(pods, key)).metadata.uid })
    await expect.poll(() => lines).toContain('default/web is gone')
  })
})

describe('controller.ts', () => {
  const key = { namespace: 'default', name: 'web' }
  const config = (data: object): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: key, data })
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...key, annotations: { 'example.com/restart-on': 'web' } },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web' }] },
      },
    },
  }

  it('rolls a Deployment once per change of its ConfigMap', async () => {
    const cluster = await startCluster('home')
    await cluster.apply(config({ v: '1' }), deployment)
    const { lines } = await start('controller.ts', [cluster])
    const template = async () =>
      ((await cluster.get(deployment, key)) as typeof deployment | undefined)?.spec.template
    const restartedFor = async (): Promise<string | undefined> =>
      ((await template()) as { metadata: KubeObject['metadata'] } | undefined)?.metadata.annotations?.[
        'example.com/restarted-for'
      ]
    const first = await eventually(cluster, async () => (await restartedFor()) ?? false)
    await cluster.apply({ ...config({ v: '1' }), metadata: { ...key, labels: { more: 'labels' } } })
    await cluster.apply(config({ v: '2' }))
    await eventually(cluster, async () => expect(await restartedFor()).not.toBe(first))
    expect((await template())?.metadata.labels).toEqual({ app: 'web' })
    // One that comes while the Deployment's status is written is refused, and tried again.
    const stored = cluster.requests?.all({ verb: 'patch', resource: 'deployments.apps', status: 200 })
    expect(stored).toHaveLength(2)
    expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([])
  })
})

describe('two-clusters.ts', () => {
  const Secret = { apiVersion: 'v1', kind: 'Secret' }
  const key = { namespace: 'default', name: 'token' }
  const original = (value: string, labels: Record<string, string> = { 'example.com/mirror': 'wanted' }) => ({
    ...Secret,
    metadata: { ...key, labels },
    type: 'Opaque',
    data: { token: Buffer.from(value).toString('base64') },
  })

  it('mirrors, rotates, repairs and removes', async () => {
    const [a, b] = [await startCluster('a'), await startCluster('b')]
    const [adminA, adminB] = [await adminOf(a), await adminOf(b)]
    await a.apply(original('first'))
    const { lines } = await start('two-clusters.ts', [a, b])
    const mirror = (): Promise<ConfigMap> => adminB.get(secrets, key)
    const mirrors = (value: string): Promise<unknown> =>
      eventually([a, b], async () => expect((await mirror()).data).toEqual(original(value).data))

    await mirrors('first')
    await a.apply(original('second'))
    await mirrors('second')
    await adminB.patch(secrets, key, 'merge', { data: { token: 'bWluZQ==', more: 'bWluZQ==' } })
    await mirrors('second')
    await adminB.delete(secrets, key)
    await mirrors('second')
    await adminA.patch(secrets, key, 'merge', { metadata: { labels: { 'example.com/mirror': null } } })
    await eventually([a, b], async () => expect(await b.get(Secret, key)).toBeUndefined())
    await adminA.patch(secrets, key, 'merge', { metadata: { labels: { 'example.com/mirror': 'wanted' } } })
    await mirrors('second')
    await adminA.delete(secrets, key)
    await eventually([a, b], async () => expect(await b.get(Secret, key)).toBeUndefined())
    expect(lines.join('\n')).not.toContain(original('second').data.token)
  })

  it("leaves alone a secret that is somebody else's", async () => {
    const [a, b] = [await startCluster('a'), await startCluster('b')]
    const adminB = await adminOf(b)
    await b.apply(original('mine', {}))
    await a.apply(original('theirs'))
    const { lines } = await start('two-clusters.ts', [a, b])
    await expect.poll(() => lines.join('\n')).toContain('"reason":"NotOurs"')
    expect((await adminB.get(secrets, key)).data).toEqual(original('mine').data)
  })
})
