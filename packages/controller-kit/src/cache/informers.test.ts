import { setTimeout as sleep } from 'node:timers/promises'
import { startTestCluster, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nextEvent } from '../../test/cache-events.ts'
import { clientOf, configMap, configMaps, journalOf, widgetDefinition, widgets } from '../../test/clients.ts'
import { clustersForTests } from '../../test/clusters-for-tests.ts'
import type { KubeClient } from '../client/kube-client.ts'
import { cluster as kindsOf, index, watch } from '../watched-kind.ts'
import { Informers, type InformersOptions } from './informers.ts'

let cluster: Cluster
let client: KubeClient
let stop: AbortController
let running: Promise<void>

const clusters = clustersForTests(() => startTestCluster({ name: 'hub', controllers: false }))

beforeEach(async () => {
  cluster = await clusters.begin()
  client = await clientOf(cluster)
  stop = new AbortController()
  running = Promise.resolve()
})

afterEach(async () => {
  stop.abort()
  await running
  await client.close()
  await clusters.end(cluster)
})

const hub = kindsOf('hub', {
  ConfigMap: watch(configMaps),
  Labelled: watch(configMaps, { labelSelector: 'take=me' }),
  Dynamic: watch(configMaps, { namespaces: 'dynamic' }),
  Two: watch(configMaps, { namespaces: ['a', 'b'] }),
  Names: watch(configMaps, { metadataOnly: true }),
  Widget: watch(widgets),
})

const start = (options: Partial<InformersOptions>): Informers => {
  const informers = new Informers({ clients: { hub: client }, ...options })
  running = informers.start(stop.signal)
  return informers
}

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

/** Resolves when a kind's state is this. */
const sync = async (
  informers: Informers,
  of: (typeof hub)[keyof typeof hub],
  is: string,
  where?: string,
): Promise<void> => {
  while (informers.sync(of, where).is !== is) {
    await new Promise<void>((resolve) => {
      const unsubscribe = informers.onSync(() => {
        unsubscribe()
        resolve()
      })
    })
  }
}

describe('Informers', () => {
  it('lists, then tells old and new of every change', async () => {
    await cluster.apply(configMap('default', 'a', { data: { v: '1' } }))
    const informers = start({ watches: [hub.ConfigMap] })
    expect(informers.unsynced()).toEqual([{ name: 'hub.ConfigMap', why: 'hub.ConfigMap: not listed yet' }])
    await informers.waitForSync()
    const key = { namespace: 'default', name: 'a' }
    expect(informers.get(hub.ConfigMap, key)?.data).toEqual({ v: '1' })
    const changed = nextEvent(informers, (event) => event.key.name === 'a')
    await cluster.apply(configMap('default', 'a', { data: { v: '2' } }))
    expect(await changed).toMatchObject({ old: { data: { v: '1' } }, object: { data: { v: '2' } } })
    expect(informers.get(hub.ConfigMap, key)?.data).toEqual({ v: '2' })
  })

  it('starts a kind when it is first read, and no other', async () => {
    const informers = start({})
    informers.list(hub.ConfigMap)
    await informers.waitForSync()
    expect(informers.stats().map(({ name }) => name)).toEqual(['hub.ConfigMap'])
  })

  it('finds by index and selects on the server', async () => {
    const byValue = index(hub.Labelled, 'by-value', ({ data = {} }) => Object.values(data))
    await cluster.apply(
      configMap('default', 'a', {
        data: { x: 'one' },
        metadata: { namespace: 'default', name: 'a', labels: { take: 'me' } },
      }),
      configMap('default', 'b', { data: { x: 'one' } }),
    )
    const informers = start({ watches: [hub.Labelled], indexes: [byValue] })
    await informers.waitForSync()
    expect(informers.find(byValue, 'one').map(({ metadata }) => metadata.name)).toEqual(['a'])
  })

  it('keeps only metadata where that is all that was asked for', async () => {
    await cluster.apply(configMap('default', 'a', { data: { x: 'one' } }))
    const informers = start({ watches: [hub.Names] })
    await informers.waitForSync()
    expect(informers.get(hub.Names, { namespace: 'default', name: 'a' })).not.toHaveProperty('data')
  })

  it('takes a kind that is not served as empty, and begins when its definition comes', async () => {
    const informers = start({ watches: [hub.Widget] })
    await informers.waitForSync()
    expect(informers.sync(hub.Widget)).toEqual({ is: 'notServed' })
    const came = nextEvent(informers, ({ of }) => of === hub.Widget)
    await cluster.installCrds(widgetDefinition)
    await client.create(widgets, { metadata: { namespace: 'default', name: 'w' } })
    expect((await came).key).toEqual({ namespace: 'default', name: 'w' })
    expect(informers.sync(hub.Widget)).toEqual({ is: 'synced' })
  })

  it('asks for definitions once where that is forbidden', async () => {
    client = await clientOf(cluster, { user: 'nobody' })
    const definitions = { resource: 'customresourcedefinitions.apiextensions.k8s.io' }
    await cluster.apply(
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'reader' },
        rules: [{ apiGroups: ['test.io'], resources: ['widgets'], verbs: ['list', 'watch'] }],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'reader' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'nobody' }],
      },
    )
    const informers = start({ watches: [hub.Widget] })
    await sync(informers, hub.Widget, 'notServed')
    await cluster.installCrds(widgetDefinition)
    await sync(informers, hub.Widget, 'synced')
    expect((await journalOf(cluster)).all(definitions).map(({ status }) => status)).toEqual([403])
  })

  it('says what is forbidden, and begins when it is allowed', async () => {
    client = await clientOf(cluster, { user: 'nobody' })
    const informers = start({ watches: [hub.ConfigMap] })
    await sync(informers, hub.ConfigMap, 'forbidden')
    expect(informers.unsynced()[0]?.why).toMatch(/watch configmaps in cluster hub: .*forbidden/)
    await cluster.apply(
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'reader' },
        rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'reader' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'nobody' }],
      },
    )
    await informers.waitForSync()
  })

  it('does not take a namespace without a name for all of the cluster', () => {
    const { All } = kindsOf('hub', { All: watch(configMaps, { namespaces: [''] }) })
    const why = "expected names of namespaces, got ''"
    expect(() => start({ watches: [All] })).toThrow(why)
    expect(() => start({}).setNamespaces(hub.Dynamic, ['a', ''])).toThrow(why)
  })

  it('selects an own write by its labels, also when those are not kept', async () => {
    const labelSelector = 'take=me'
    const { Bare } = kindsOf('hub', {
      Bare: watch(configMaps, {
        labelSelector,
        transform: ({ metadata }) => ({ metadata: { ...metadata, labels: {} } }),
      }),
    })
    const informers = start({ watches: [Bare] })
    const metadata = { namespace: 'default', name: 'own', labels: { take: 'me' } }
    informers.wrote(Bare, await client.create(configMaps, { metadata }))
    expect(informers.list(Bare)).toHaveLength(1)
  })

  it('watches the namespaces it is given, one by one', async () => {
    await cluster.apply(...['a', 'b'].flatMap((name) => [namespace(name), configMap(name, 'x')]))
    const informers = start({ watches: [hub.Dynamic, hub.Two] })
    expect(informers.sync(hub.Dynamic)).toMatchObject({ is: 'syncing' })
    informers.setNamespaces(hub.Dynamic, [])
    expect(informers.sync(hub.Dynamic)).toEqual({ is: 'synced' })
    expect(informers.sync(hub.Dynamic, 'a')).toMatchObject({
      is: 'syncing',
      why: expect.stringContaining('a is not watched'),
    })
    expect(informers.goneSince(hub.Dynamic, { namespace: 'a', name: 'y' })).toBeUndefined()

    informers.setNamespaces(hub.Dynamic, ['a'])
    await informers.waitForSync()
    expect(informers.namespaces(hub.Dynamic)).toEqual(['a'])
    expect(informers.list(hub.Dynamic)).toHaveLength(1)
    expect(informers.list(hub.Two)).toHaveLength(2)
    expect(informers.goneSince(hub.Dynamic, { namespace: 'a', name: 'y' })).toBeTypeOf('number')
    // Written where nobody watches: it would never be seen to change.
    informers.wrote(hub.Dynamic, await client.get(configMaps, { namespace: 'b', name: 'x' }))
    expect(informers.list(hub.Dynamic)).toHaveLength(1)

    const events: string[] = []
    informers.onEvent(({ of, object }) => events.push(`${of.name} ${object === undefined ? 'went' : 'came'}`))
    const forgotten: string[] = []
    informers.onForget(({ key }) => forgotten.push(`${key.namespace}/${key.name}`))
    informers.setNamespaces(hub.Dynamic, ['b'])
    await informers.waitForSync()
    expect(informers.list(hub.Dynamic).map(({ metadata }) => metadata.namespace)).toEqual(['b'])
    expect(events).toEqual(['hub.Dynamic came'])
    expect(forgotten).toEqual(['a/x'])
    expect(() => informers.setNamespaces(hub.Two, [])).toThrow("expected namespaces: 'dynamic'")
  })

  it('shows own writes at once, and old news of them never', async () => {
    const informers = start({ watches: [hub.ConfigMap] })
    await informers.waitForSync()
    const made = await client.create(configMaps, { metadata: { namespace: 'default', name: 'a' } })
    informers.wrote(hub.ConfigMap, made)
    expect(informers.get(hub.ConfigMap, { namespace: 'default', name: 'a' })).toBeDefined()
    await client.delete(configMaps, { namespace: 'default', name: 'a' })
    informers.deleted(hub.ConfigMap, { namespace: 'default', name: 'a' }, made.metadata.uid ?? '')
    const last = nextEvent(informers, (event) => event.key.name === 'b')
    await cluster.apply(configMap('default', 'b'))
    await last
    expect(informers.get(hub.ConfigMap, { namespace: 'default', name: 'a' })).toBeUndefined()
  })

  it('counts a listener that throws, and harms nobody else', async () => {
    let threw = 0
    const observer = {
      listed: () => undefined,
      watchOpened: () => undefined,
      failed: () => undefined,
      listenerThrew: () => (threw += 1),
    }
    const informers = start({ watches: [hub.ConfigMap], observer })
    await informers.waitForSync()
    informers.onEvent(() => {
      throw new Error('mine')
    })
    const heard = nextEvent(informers, () => true)
    await cluster.apply(configMap('default', 'a'))
    await heard
    expect(threw).toBe(1)
    expect(informers.sync(hub.ConfigMap).is).toBe('synced')
  })

  it('ends quietly with its client, however soon', async () => {
    for (let round = 0; round < 40; round += 1) {
      const own = await clientOf(cluster)
      const end = new AbortController()
      const informers = new Informers({
        clients: { hub: own },
        watches: [hub.ConfigMap, hub.Labelled, hub.Names],
      })
      const ended = informers.start(end.signal)
      if (round % 3 === 0) await informers.waitForSync()
      else await sleep((round * 7) % 90)
      const calls = Promise.allSettled(
        [1, 2, 3, 4].map(() => own.get(configMaps, { namespace: 'default', name: 'none' })),
      )
      end.abort()
      if (round % 2 === 0) await ended
      await own.close()
      await calls
      await ended
    }
  })

  it('knows no cluster that it has no client for', () => {
    const informers = new Informers({ clients: { hub: client } })
    const elsewhere = kindsOf('spoke', { ConfigMap: watch(configMaps) })
    expect(() => informers.list(elsewhere.ConfigMap)).toThrow('no client for cluster "spoke"; there are: hub')
  })
})
