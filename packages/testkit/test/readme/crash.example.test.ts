import { setTimeout as sleep } from 'node:timers/promises'
import { configMap, startCluster, testCrashConsistency, type InMemoryCluster } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { send } from './send.ts'

const configMaps = '/api/v1/namespaces/default/configmaps'
const identity = { user: 'controller', groups: ['system:masters'] }
const ref = { apiVersion: 'v1', kind: 'ConfigMap' }
const wish = configMap({ metadata: { name: 'wish' } })

/** Makes a copy of the wish, and says so; tries again until it has. */
const startMyController = async (
  cluster: InMemoryCluster,
): Promise<{ stop(): Promise<void>; settled(): Promise<void> }> => {
  const kubeconfig = cluster.kubeconfig(identity)
  let isStopped = false
  const copy = async (): Promise<boolean> => {
    if ((await send(kubeconfig, 'GET', `${configMaps}/wish`)).status !== 200) return false
    for (const name of ['copy', 'done']) await send(kubeconfig, 'POST', configMaps, { metadata: { name } })
    return true
  }
  const work = async (): Promise<void> => {
    while (!isStopped && !(await copy().catch(() => false))) await sleep(20)
  }
  const working = work()
  return {
    async stop() {
      isStopped = true
      await working
    },
    settled: () => working,
  }
}

it('stops a controller at each of its writes', async () => {
  const cluster = await startCluster()

  const report = await testCrashConsistency({
    clusters: cluster, // as they are now is how each run begins
    user: 'controller', // whose requests are the controller's
    start: () => startMyController(cluster), // again after each stop; answers { stop(), settled?() }
    async scenario() {
      await cluster.apply(wish)
      await cluster.wait(() => cluster.get(ref, { name: 'done' }))
    },
  })
  expect(report.problems).toEqual([])
  expect(report.unreached).toEqual([])

  expect(report.summary).toMatch(/^2 writes, 6 runs: 6 converged/)
  await cluster.stop()
})
