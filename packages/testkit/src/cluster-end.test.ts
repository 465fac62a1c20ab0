import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configMap } from './builders/kubernetes.ts'
import { waitForObject } from './checks/wait-for-object.ts'
import type { Cluster, InMemoryCluster } from './cluster.ts'
import { eventually } from './eventually.ts'
import { useExisting } from './existing/use-existing.ts'
import { limitWaits } from './patience.ts'
import { startCluster } from './start-cluster.ts'

const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' }
const object = configMap({ metadata: { name: 'a' } })
const nothing = (): undefined => undefined

let lab: InMemoryCluster
beforeEach(async () => {
  lab = await startCluster({ name: 'lab', controllers: false })
})
afterEach(() => lab.stop())

const starts: [string, () => Promise<Cluster>][] = [
  ['in memory', async () => lab],
  [
    'of others',
    async () => {
      const existing = await useExisting({ kubeconfig: lab.kubeconfig(), contexts: { lab: 'lab' } })
      return existing.cluster('lab')
    },
  ],
]

describe.each(starts)('a cluster %s', (_title, start) => {
  it('says that it has been stopped, whatever is asked of it', async () => {
    const cluster = await start()
    await cluster.stop()
    const calls = [
      async () => cluster.get(configMaps, { name: 'a' }),
      async () => cluster.list(configMaps),
      async () => cluster.on(configMaps, nothing),
      async () => cluster.onStop(nothing),
      async () => cluster.serviceAccountToken({ namespace: 'default', name: 'default' }),
      () => cluster.apply(object),
      () => cluster.installCrds([]),
    ]
    for (const call of calls) await expect(call()).rejects.toThrow('cluster lab has been stopped')
    await expect(cluster.wait(nothing)).rejects.toThrow('did not come before cluster lab was stopped')
    await expect(eventually(cluster, () => false)).rejects.toThrow(
      /^not before cluster lab was stopped: the check answered false/,
    )
    await expect(waitForObject(cluster, object)).rejects.toThrow('not before cluster lab was stopped')
  })

  it('lets nobody wait for what does not come any more', async () => {
    const cluster = await start()
    const waits = [
      cluster.wait(nothing, { timeoutMs: 600_000 }),
      eventually(cluster, () => false, { timeoutMs: 600_000 }),
      ...(cluster.requests === undefined
        ? []
        : [cluster.requests.wait({ name: 'b' }, { timeoutMs: 600_000 })]),
    ].map((wait) => expect(wait).rejects.toThrow('before cluster lab was stopped'))
    await Promise.all([cluster.stop(), ...waits])
  })

  it('can be read by who hears that it is about to stop, and is stopped once', async () => {
    const cluster = await start()
    let count = 0
    cluster.onStop(async () => {
      await cluster.apply(object)
      await cluster.get(configMaps, { name: 'a' })
      count += 1
    })
    await Promise.all([cluster.stop(), cluster.stop()])
    await cluster.stop()
    expect(count).toBe(1)
  })

  it('is waited for no longer than the test has', async () => {
    const cluster = await start()
    limitWaits([cluster], 100)
    await expect(cluster.wait(nothing)).rejects.toThrow(/within \d\d ms/)
    if (cluster.requests !== undefined)
      await expect(cluster.requests.wait({ name: 'b' })).rejects.toThrow(/within \d\d ms/)
    limitWaits([cluster], 0)
    await cluster.stop()
  })
})

it('ends with the block that has it', async () => {
  let cluster: Cluster
  let clusters: readonly Cluster[]
  {
    await using inMemory = await startCluster({ controllers: false })
    await using existing = await useExisting({ kubeconfig: lab.kubeconfig(), contexts: { lab: 'lab' } })
    cluster = inMemory
    clusters = existing.clusters
  }
  for (const one of [cluster, ...clusters])
    await expect(one.apply(object)).rejects.toThrow('has been stopped')
})

it('of several clusters the last one that is stopped ends a wait', async () => {
  const other = await startCluster({ name: 'other', controllers: false })
  const waited = eventually([lab, other], () => other.get(configMaps, { name: 'a' }) !== undefined)
  await lab.stop()
  await other.apply(object)
  expect(await waited).toBe(true)
  const inVain = expect(eventually([lab, other], () => false)).rejects.toThrow(
    'before cluster other was stopped',
  )
  await Promise.all([other.stop(), inVain])
})

it('without requests it says so, and tells of no last ones', async () => {
  await expect(eventually(lab, () => false, { timeoutMs: 1 })).rejects.toThrow(
    /^not within 1 ms: the check answered false$/,
  )
  await expect(lab.requests.wait({}, { timeoutMs: 1 })).rejects.toThrow(/\(0 of 1\); there were none$/)
})
