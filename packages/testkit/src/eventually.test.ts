import { AssertionError, deepEqual } from 'node:assert/strict'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { configMap } from './builders/kubernetes.ts'
import { waitForObject } from './checks/wait-for-object.ts'
import type { InMemoryCluster } from './cluster.ts'
import { eventually } from './eventually.ts'
import { limitWaits } from './patience.ts'
import { startCluster } from './start-cluster.ts'
import { testClient } from './testing/test-client.ts'

let cluster: InMemoryCluster
beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster.stop())

const short = { timeoutMs: 20 }

it('names the fields that differ, where the failure only says that something does', async () => {
  const waited = eventually(
    cluster,
    () => expect({ a: { b: 1 }, c: [1] }).toEqual({ a: { b: 2 }, c: [2] }),
    short,
  )
  await expect(waited).rejects.toThrow('\n  a.b: expected 2, found 1\n  c[0]: expected 2, found 1')
})

it('leaves a failure alone that shows the difference itself', async () => {
  const waited = eventually(cluster, () => deepEqual({ a: 1 }, { a: 2 }), short)
  const error: unknown = await waited.catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ cause: expect.any(AssertionError) })
  expect(String(error)).not.toContain('a: expected 2')
})

it('looks again after a request too, which changes nothing', async () => {
  const client = testClient(cluster)
  const waited = eventually(cluster, () => cluster.requests.all({ verb: 'get', name: 'nothing' }).length > 0)
  await client.get('/api/v1/namespaces/default/configmaps/nothing')
  expect(await waited).toBe(true)
  await client.close()
})

it('does not look again after its own requests', async () => {
  const client = testClient(cluster)
  let looks = 0
  const waited = eventually(cluster, async () => {
    looks += 1
    return (await client.get('/api/v1/namespaces/default/configmaps/late')).status === 200
  })
  await client.get('/version')
  await client.get('/version')
  expect(looks).toBe(1)
  await cluster.apply(configMap({ metadata: { name: 'late' } }))
  expect(await waited).toBe(true)
  await client.close()
})

it('does not count the time in which the machine stood still', async () => {
  const isThere = (): boolean =>
    cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, { name: 'after-the-stand' }) !== undefined
  const waited = eventually(cluster, isThere, { timeoutMs: 300 })
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600)
  setImmediate(() => void cluster.apply(configMap({ metadata: { name: 'after-the-stand' } })))
  expect(await waited).toBe(true)
})

it('counts it where the test has a limit: its runner does', async () => {
  limitWaits([cluster], 1_000)
  const waited = eventually(cluster, () => false).catch(String)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 950)
  limitWaits([cluster], 0)
  // Nine pieces, if it were counted by them.
  const pieces = async (): Promise<void> => {
    for (let piece = 0; piece < 5; piece += 1) await new Promise((resolve) => setTimeout(resolve, 100))
  }
  expect(await Promise.race([waited, pieces()])).toMatch(/not within \d+ ms/)
})

it('waits no longer than the test has', async () => {
  limitWaits([cluster], 100)
  await expect(eventually(cluster, () => false)).rejects.toThrow(
    /not within \d\d ms: the check answered false/,
  )
  limitWaits([cluster], 0)
})

it('refuses to wait for what has no name', async () => {
  await expect(waitForObject(cluster, { metadata: { name: 'x' } })).rejects.toThrow(TypeError)
  await expect(waitForObject(cluster, configMap({ metadata: { name: '' } }))).rejects.toThrow('metadata.name')
})

it('fails with the line that waits in its stack', async () => {
  const nothing = configMap({ metadata: { name: 'nothing' } })
  const waits = [
    () => eventually(cluster, () => false, short),
    () => waitForObject(cluster, nothing, short),
    () => cluster.wait(() => undefined, short),
    () => cluster.requests.wait({ verb: 'get', name: 'never' }, short),
  ]
  for (const wait of waits) {
    const { message, stack } = (await wait().catch((error: unknown) => error)) as Error
    expect(stack).toContain(message)
    expect(stack).toContain('eventually.test.ts')
  }
})
