import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { manualClock } from '../../clock/manual-clock.ts'
import type { Cluster, InMemoryCluster } from '../../cluster.ts'
import { eventually } from '../../eventually.ts'
import { failingSimulators } from '../../failing-simulators.ts'
import { startCluster } from '../../start-cluster.ts'
import { startTestCluster } from '../../start-test-cluster.ts'
import { failureReport } from '../../test-runners/failure-report.ts'
import { simulator } from './simulator.ts'
import type { SimulatorDefinition } from './simulator.ts'

const database = { apiVersion: 'example.com/v1', kind: 'Database' }
const secret = { apiVersion: 'v1', kind: 'Secret' }
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' }
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'databases.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'databases', kind: 'Database' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}
const orders = { ...database, metadata: { namespace: 'default', name: 'orders' }, spec: { size: 1 } }
const key = { namespace: 'default', name: 'orders' }

const operator: SimulatorDefinition = {
  name: 'database-operator',
  for: database,
  owns: [secret],
  async reconcile(object, { applyOwned, patchStatus }) {
    await applyOwned({ ...secret, metadata: { name: object.metadata.name ?? '' }, data: { user: 'YQ==' } })
    await patchStatus({ phase: 'Ready' })
  },
}

describe('a simulator of an own operator, on any provider', () => {
  let cluster: Cluster
  beforeEach(async () => {
    cluster = await startTestCluster({ crds: [definition] })
  })
  afterEach(() => cluster.stop())

  it('makes what belongs to an object, again when somebody takes it away, and ends with the cluster', async () => {
    await cluster.apply(orders)
    await simulator(cluster, operator)
    const made = await cluster.wait(() => cluster.get(secret, key))
    const object = await cluster.get(database, key)
    expect(made.metadata.ownerReferences).toEqual([
      { ...database, name: 'orders', uid: object?.metadata.uid, controller: true, blockOwnerDeletion: true },
    ])
    await eventually(cluster, async () =>
      expect(await cluster.get(database, key)).toMatchObject({ status: { phase: 'Ready' } }),
    )
    await cluster.apply({ ...secret, metadata: key, data: { user: 'Yg==' } })
    await eventually(cluster, async () =>
      expect(await cluster.get(secret, key)).toMatchObject({ data: { user: 'YQ==' } }),
    )
  })

  it('sets conditions, holds an object by a finalizer, and is called by what it watches', async () => {
    const finalizer = 'example.com/cleanup'
    await simulator(cluster, {
      ...operator,
      watches: [
        { ...configMap, concerns: ({ metadata }) => (metadata.name === 'go' ? ['default/orders'] : []) },
      ],
      async reconcile({ metadata }, { get, setCondition, addFinalizer, removeFinalizer }) {
        if (metadata.deletionTimestamp !== undefined) return removeFinalizer(finalizer)
        await addFinalizer(finalizer)
        const isReady = (await get(configMap, { name: 'go' })) !== undefined
        await setCondition({
          type: 'Ready',
          status: isReady ? 'True' : 'False',
          reason: 'Asked',
          message: '',
        })
      },
    })
    const ready = async () => {
      const status = (await cluster.get(database, key))?.['status']
      return (status as { conditions?: { status: string }[] } | undefined)?.conditions?.[0]?.status
    }
    await cluster.apply(orders)
    await eventually(cluster, async () => expect(await ready()).toBe('False'))
    await cluster.apply({ ...configMap, metadata: { name: 'go' } })
    await eventually(cluster, async () => expect(await ready()).toBe('True'))
    await simulator(cluster, {
      name: 'deleter',
      for: configMap,
      reconcile: (object, context) =>
        object.metadata.name === 'go' ? context.delete(database, key) : undefined,
    })
    await eventually(cluster, async () => expect(await cluster.get(database, key)).toBeUndefined())
  })
})

describe('a simulator of an own operator', () => {
  let cluster: InMemoryCluster
  const clock = manualClock()
  beforeEach(async () => {
    cluster = await startCluster({ crds: [definition], clock })
    await cluster.apply(orders)
  })
  afterEach(() => cluster.stop())

  it('tries again after a failure, later each time, by its clock', async () => {
    const attempts: number[] = []
    const lines: string[] = []
    await simulator(cluster, {
      ...operator,
      clock,
      log: (line) => void lines.push(line),
      fails({ what, key: of, attempt }) {
        attempts.push(attempt)
        return attempt < 3 ? `${what} ${of} not today` : undefined
      },
    })
    for (const count of [1, 2]) {
      await expect.poll(() => lines).toHaveLength(count)
      clock.advance(1_000)
    }
    await cluster.wait(() => cluster.get(secret, key))
    expect(attempts.slice(0, 3)).toEqual([1, 2, 3])
    expect(lines[0]).toBe('database-operator: Database default/orders: Database default/orders not today')
  })

  it('looks again when it says so, and hangs while it is paused', async () => {
    let seen = 0
    const one = await simulator(cluster, {
      name: 'counter',
      for: database,
      clock,
      reconcile() {
        seen++
        return { requeueAfterMs: 60_000 }
      },
    })
    await expect.poll(() => seen).toBe(1)
    clock.advance(60_000)
    await expect.poll(() => seen).toBe(2)
    one.pause()
    clock.advance(60_000)
    await cluster.apply({ ...orders, spec: { size: 2 } })
    // its own watch has brought the change
    await cluster.requests.wait({ verb: 'watch', resource: 'databases' })
    expect(seen).toBe(2)
    one.resume()
    await expect.poll(() => seen).toBe(3)
  })

  it('has the rights of its user, and the name that it was given', async () => {
    await expect(simulator(cluster, { ...operator, for: { ...database, kind: 'Databse' } })).rejects.toThrow(
      'no resource of example.com/v1 Databse is served',
    )
    await expect(simulator(cluster, { ...operator, clock, identity: { user: 'bob' } })).rejects.toThrow(
      'databases.example.com is forbidden: User "bob" cannot list',
    )
    const refused = await cluster.requests.wait({ user: 'bob', resource: 'databases', status: 403 })
    expect(refused.userAgent).toBe('odfmo-simulator/database-operator')
  })

  it('may be stopped with its cluster while it starts', async () => {
    const rule = cluster.faults.add({
      match: { resource: 'databases' },
      fault: { kind: 'status', code: 503 },
    })
    const starting = simulator(cluster, { ...operator, clock })
    await cluster.requests.wait({ resource: 'databases', status: 503 })
    expect(rule.hits).toBe(1)
    await cluster.stop()
    await starting
  })

  it('goes on with new certificates when those of its cluster are rotated', async () => {
    await simulator(cluster, { ...operator, clock })
    await cluster.wait(() => cluster.get(secret, key))
    cluster.faults.rotateCertificates()
    cluster.faults.dropWatches()
    await cluster.apply({ ...database, metadata: { ...key, name: 'later' } })
    await expect
      .poll(() => {
        clock.advance(1_000)
        return cluster.get(secret, { ...key, name: 'later' })
      })
      .toBeDefined()
  })

  it('stops before its cluster, and leaves what it made', async () => {
    const one = await simulator(cluster, { ...operator, clock })
    await cluster.wait(() => cluster.get(secret, key))
    await one.stop()
    cluster.requests.clear()
    await cluster.apply({ ...orders, spec: { size: 3 } })
    expect(cluster.get(secret, key)).toBeDefined()
    expect(cluster.requests.all({ verb: 'patch' })).toEqual([])
  })

  it('does not keep its cluster from stopping: by a request that is not answered, or a wait that does not end', async () => {
    const lines: string[] = []
    const log = (line: string): void => void lines.push(line)
    const begun: AbortSignal[] = []
    await simulator(cluster, {
      name: 'waits',
      for: database,
      log,
      async reconcile(_object, { signal }) {
        begun.push(signal)
        await new Promise(() => undefined)
      },
    })
    // the clock stands still: it is never answered
    cluster.faults.add({ match: { resource: 'secrets', verb: 'get' }, fault: { kind: 'delay', ms: 1_000 } })
    await simulator(cluster, { ...operator, log })
    await expect.poll(() => [begun.length, clock.pending > 0]).toEqual([1, true])
    await cluster.stop()
    expect(begun[0]?.aborted).toBe(true)
    expect(lines).toEqual(['waits: stopped, but does not end: Database default/orders'])
  })

  it('tells with what fails for want of its work why it fails, as long as it does', async () => {
    const failure = 'simulators that fail on cluster:\n  broken: Database default/orders: no such field'
    let isBroken = true
    await simulator(cluster, {
      name: 'broken',
      for: database,
      clock,
      reconcile() {
        if (isBroken) throw new Error('no such field')
      },
    })
    const never = () => cluster.wait(() => undefined, { timeoutMs: 20 })
    await expect.poll(() => failingSimulators(cluster)).toBe(failure)
    await expect(never()).rejects.toThrow(failure)
    await expect(eventually(cluster, () => false, { timeoutMs: 20 })).rejects.toThrow(failure)
    expect(failureReport(cluster, undefined, '')).toContain(failure)
    isBroken = false
    await expect
      .poll(() => {
        clock.advance(1_000)
        return failingSimulators(cluster)
      })
      .toBe('')
  })

  it('takes a time to look again that is none for a failure', async () => {
    const seen: string[] = []
    const reconcile = () => ({ requeueAfterMs: Number.NaN })
    const one = await simulator(cluster, {
      ...operator,
      clock,
      reconcile,
      log: (line) => void seen.push(line),
    })
    await expect
      .poll(() => seen)
      .toEqual([
        'database-operator: Database default/orders: requeueAfterMs: expected a number of milliseconds from 0, got NaN',
      ])
    await one.stop()
  })

  it.each<[object, string]>([
    [{ reconcile: undefined }, 'reconcile: expected a function, got undefined'],
    [{ for: { kind: 'Database' } }, 'for.apiVersion: expected a text like apps/v1, got undefined'],
    [{ owns: secret }, 'owns: expected a list, got [object Object]'],
    [{ watches: [secret] }, 'watches[0].concerns: expected a function, got undefined'],
    [{ name: 'ä' }, 'name: expected a name like database-operator, got "ä"'],
    [{ delayMs: -1 }, 'delayMs: expected a number of milliseconds from 0, got -1'],
  ])('refuses %j', async (changed, message) => {
    const wrong = { ...operator, ...changed } as SimulatorDefinition
    await expect(simulator(cluster, wrong)).rejects.toThrow(new TypeError(`simulator: ${message}`))
  })
})
