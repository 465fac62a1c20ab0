import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InMemoryCluster } from '../cluster.ts'
import { startFaultProxy } from '../fault-proxy/start-fault-proxy.ts'
import type { Snapshot } from '../snapshot.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { CrashableService } from './crash-options.ts'
import { testCrashConsistency } from './test-crash-consistency.ts'
import { toyUser, wish } from './test/toy-controller.ts'

let cluster: InMemoryCluster
beforeEach(async () => {
  cluster = await startCluster()
})
afterEach(() => cluster.stop())

const identity = { user: toyUser, groups: ['system:masters'] }
const isDone = (): true | undefined => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap' }
  const { data } = (cluster.get(ref, { name: 'wish' }) ?? {}) as { data?: { done?: string } }
  return data?.done === 'yes' ? true : undefined
}

describe('a service that is stopped after the effect', () => {
  const path = '/api/v1/namespaces/default/configmaps/wish'

  /** Writes a lot, ends at once, and tells what each process finds. */
  const restlessOn = (through: Parameters<typeof testClient>[0], found: boolean[]) => {
    const start = (): Promise<CrashableService> => {
      const client = testClient(through, { identity })
      const work = async (): Promise<void> => {
        const { status, body } = await client.get(path)
        if (status !== 200) return
        const isHere = body.data?.done === 'yes'
        found.push(isHere)
        if (!isHere) await client.patch(path, { data: { done: 'yes', more: 'x'.repeat(900_000) } })
      }
      const trying = work().catch(() => undefined)
      return Promise.resolve({ stop: () => client.close(), settled: () => trying })
    }
    return {
      clusters: cluster,
      user: toyUser,
      quietMs: 20,
      start,
      scenario: () => cluster.wait(isDone),
      modes: ['stop after effect'] as const,
    }
  }

  it('has had it, however long its request is', async () => {
    const found: boolean[] = []
    await cluster.apply(wish)
    expect((await testCrashConsistency(restlessOn(cluster, found))).problems).toEqual([])
    expect(found).toEqual([false, false, false, true])
  })

  it('has had it, however slow the cluster behind a proxy is', async () => {
    const found: boolean[] = []
    await cluster.apply(wish)
    const proxy = await startFaultProxy(cluster)
    try {
      cluster.faults.add({ match: { verb: 'patch' }, fault: { kind: 'delay', ms: 50 } })
      const clusters = { ...proxy, restore: (to: Snapshot) => cluster.restore(to) }
      const slow = { ...restlessOn(proxy, found), clusters }
      expect((await testCrashConsistency(slow)).problems).toEqual([])
      expect(found).toEqual([false, false, false, true])
    } finally {
      await proxy.stop()
    }
  })
})

it('does not wait for a stopped process to settle', async () => {
  const start = (): Promise<CrashableService> => {
    const client = testClient(cluster, { identity })
    const settled = new Promise<void>((resolve) => {
      const posted = client.post('/api/v1/namespaces/default/configmaps', { metadata: { name: 'child' } })
      posted.then(
        () => resolve(),
        () => undefined,
      )
    })
    return Promise.resolve({ stop: () => client.close(), settled: () => settled })
  }
  const brief = { clusters: cluster, user: toyUser, quietMs: 20, start, scenario: () => undefined }
  const stopped = await testCrashConsistency({
    ...brief,
    modes: ['stop before effect', 'stop after effect'],
  })
  expect(stopped.problems).toEqual([])
  // One that goes on is waited for, and this one hears nothing and tries nothing.
  const { runs } = await testCrashConsistency({ ...brief, timeoutMs: 3_000, modes: ['lose answer'] })
  expect(runs.map(({ details }) => details)).toEqual([['the service has not settled within timeoutMs']])
})
