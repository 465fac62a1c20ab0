import { afterAll, beforeAll, expect, it } from 'vitest'
import { configMap } from './builders/kubernetes.ts'
import { waitForObject } from './checks/wait-for-object.ts'
import type { InMemoryCluster } from './cluster.ts'
import { eventually } from './eventually.ts'
import { startCluster } from './start-cluster.ts'

let cluster: InMemoryCluster
beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster.stop())

it.each([
  [{ timeout: 5 }, 'timeoutMs, got "timeout"'],
  [{ timeoutMs: '5' }, 'timeoutMs: expected a number of milliseconds from 0, got "5"'],
  [{ timeoutMs: Number.NaN }, 'timeoutMs: expected a number of milliseconds from 0, got NaN'],
])('refuses the options %j of a wait', async (options, message) => {
  const given = options as object
  const waits = [
    async () => eventually(cluster, () => true, given),
    async () => cluster.wait(() => true, given),
    async () => cluster.requests.wait({}, given),
    async () => waitForObject(cluster, configMap({ metadata: { name: 'a' } }), given),
  ]
  for (const wait of waits) {
    await expect(wait()).rejects.toThrow(TypeError)
    await expect(wait()).rejects.toThrow(message)
  }
})
