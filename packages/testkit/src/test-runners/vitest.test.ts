import { describe, expect, test as plainTest } from 'vitest'
import { configMap } from '../builders/kubernetes.ts'
import { clusterTest } from '../vitest.ts'
import { startWanted } from './start-wanted.ts'
import { deleteOf } from './test/delete-of.ts'

const test = clusterTest({ objects: [configMap({ metadata: { name: 'kept' }, data: { a: '1' } })] })

describe('a cluster per file, restored for each test', () => {
  test('one test changes what is there', async ({ cluster, namespace }) => {
    expect(namespace).toBe('default')
    await cluster.apply(configMap({ metadata: { name: 'kept' }, data: { a: '2' } }))
    await cluster.apply(configMap({ metadata: { name: 'new' } }))
    cluster.faults.partition()
    expect(cluster.name).toBe('cluster')
  })

  test('the next one finds what the file began with', async ({ cluster }) => {
    await expect(cluster).toHaveObject(configMap({ metadata: { name: 'kept' }, data: { a: '1' } }))
    await expect(cluster).not.toHaveObject(configMap({ metadata: { name: 'new' } }))
    expect(cluster.requests.all()).toEqual([])
  })

  plainTest('a test that asks for no cluster starts none', () => {
    expect(test).not.toBe(plainTest)
  })
})

describe('matchers', () => {
  plainTest.each(['hello', undefined, {}])('refuse %j, which is no cluster', async (given) => {
    const object = configMap({ metadata: { name: 'a' } })
    const calls = {
      toHaveObject: async () => expect(given).toHaveObject(object),
      toHaveCondition: async () => expect(given).toHaveCondition(object, 'Ready'),
      toHaveState: async () => expect(given).toHaveState({} as never),
    }
    for (const [name, call] of Object.entries(calls))
      await expect(call()).rejects.toThrow(`expect(…).${name}: expected a cluster in expect, got`)
  })
})

const perTest = clusterTest({ clusters: ['hub', 'cluster1'], per: 'test' })
const urls = new Set<string>()

describe('clusters per test', () => {
  perTest('come by their names', async ({ hub, cluster1 }) => {
    urls.add(hub.url)
    expect([hub.name, cluster1.name]).toEqual(['hub', 'cluster1'])
    expect(hub.url).not.toBe(cluster1.url)
    await hub.apply(configMap({ metadata: { name: 'left' } }))
  })

  perTest('are others in the next one', async ({ hub }) => {
    expect(urls.size).toBe(1)
    await expect(hub).not.toHaveObject(configMap({ metadata: { name: 'left' } }))
  })
})

const inNamespaces = clusterTest({ isolation: 'namespace', provider: 'environment' })
const namespaces = new Set<string>()

describe('a namespace per test, on any provider', () => {
  inNamespaces('is there, empty, and named after the test', async ({ cluster, namespace }) => {
    namespaces.add(namespace)
    expect(namespace).toBe('test-1-is-there-empty-and-named-after-the-test')
    await cluster.apply(configMap({ metadata: { name: 'mine', namespace } }))
  })

  inNamespaces('is another in the next one', async ({ cluster, namespace }) => {
    expect(namespaces.has(namespace)).toBe(false)
    await expect(cluster).not.toHaveObject(configMap({ metadata: { name: 'mine', namespace } }))
  })
})

describe('matchers of clusters', () => {
  const widget = configMap({ metadata: { name: 'w' } })

  test('wait for what comes', async ({ cluster }) => {
    const waited = expect(cluster).toHaveObject({ ...widget, data: { size: '2' } })
    await cluster.apply({ ...widget, data: { size: '1', colour: 'red' } })
    await cluster.apply({ ...widget, data: { size: '2' } })
    await waited
  })

  test('tell what differed last, and the requests', async ({ cluster }) => {
    await cluster.apply({ ...widget, data: { size: '1' } })
    const waited = expect(cluster).toHaveObject({ ...widget, data: { size: '2' } }, { timeoutMs: 20 })
    await expect(waited).rejects.toThrow(
      'not within 20 ms: expected ConfigMap default/w in cluster\n  data.size: expected "2", found "1"',
    )
    const absent = expect(cluster).toHaveObject(configMap({ metadata: { name: 'x' } }), { timeoutMs: 20 })
    await expect(absent).rejects.toThrow('is not there')
    const present = expect(cluster).not.toHaveObject(widget, { timeoutMs: 20 })
    await expect(present).rejects.toThrow('expected no ConfigMap default/w in cluster\n  nobody deleted it')
  })

  test('tell of a finalizer that holds what shall go', async ({ cluster }) => {
    await cluster.apply({ ...widget, metadata: { ...widget.metadata, finalizers: ['example.com/hold'] } })
    await deleteOf(cluster, widget)
    const waited = expect(cluster).not.toHaveObject(widget, { timeoutMs: 20 })
    await expect(waited).rejects.toThrow('it is being deleted, held by example.com/hold')
  })

  const deployment = (status: object): object => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'conditions' },
    status,
  })
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'conditions' } }

  test('know conditions', async ({ cluster }) => {
    const condition = { type: 'Ready', status: 'False', reason: 'NotYet', message: 'wait for it' }
    const short = { timeoutMs: 20 }
    await expect(expect(cluster).toHaveCondition(object, 'Ready', short)).rejects.toThrow(
      'the object is not there',
    )
    await cluster.apply(object)
    await expect(expect(cluster).toHaveCondition(object, 'Ready', short)).rejects.toThrow(
      'it has no conditions',
    )
    await cluster.apply(deployment({ conditions: [condition] }))
    await expect(expect(cluster).toHaveCondition(object, 'Ready', short)).rejects.toThrow(
      'status: expected "True", found "False"\n  message: "wait for it"',
    )
    await expect(expect(cluster).toHaveCondition(object, 'Synced', short)).rejects.toThrow('it has Ready')
    await expect(cluster).toHaveCondition(object, 'Ready', { status: 'False', reason: 'NotYet' })
    const waited = expect(cluster).toHaveCondition(object, 'Ready')
    await cluster.apply(deployment({ conditions: [{ ...condition, status: 'True' }] }))
    await waited
  })

  test('compare states', async ({ cluster }) => {
    const before = cluster.snapshot()
    await expect(cluster).toHaveState(before)
    await cluster.apply(widget)
    const waited = expect(cluster).toHaveState(before, { timeoutMs: 20 })
    await expect(waited).rejects.toThrow('+ configmaps default/w')
  })

  test('throw at once for a kind that is not served', async ({ cluster }) => {
    const nothing = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' } }
    await expect(expect(cluster).toHaveObject(nothing, { timeoutMs: 20 })).rejects.toThrow(
      'no resource of example.com/v1 Thing is served',
    )
  })
})

describe('options', () => {
  plainTest('that cannot be are refused at once', () => {
    expect(() => clusterTest({ clusters: [] })).toThrow(TypeError)
    expect(() => clusterTest({ clusters: ['namespace'] })).toThrow(
      '"namespace" is the name of something else',
    )
  })

  plainTest('a cluster that cannot start leaves no other behind', async () => {
    const wrong = { kind: 'Nothing', apiVersion: 'example.com/v1', metadata: { name: 'x' } }
    await expect(startWanted({ clusters: { a: {}, b: { objects: [wrong] } } })).rejects.toThrow(
      'no resource of',
    )
  })
})
