import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ClusterEvent, InMemoryCluster } from '../cluster.ts'
import type { Cluster } from '../cluster.ts'
import { manualClock } from '../clock/manual-clock.ts'
import type { KubeObject } from '../kube-object.ts'
import { startControlPlane } from '../control-plane/start-control-plane.ts'
import { startCluster } from '../start-cluster.ts'
import { describeControlPlane } from '../testing/describe-control-plane.ts'
import { testClient } from '../testing/test-client.ts'
import type { Answer, TestClient } from '../testing/test-client.ts'
import { startConversionServer } from './start-conversion-server.ts'
import type { ConversionHandler, ConversionServer } from './start-conversion-server.ts'

const group = 'example.com'
const first = { apiVersion: `${group}/v1`, kind: 'Widget' }
const second = { apiVersion: `${group}/v2`, kind: 'Widget' }
const path = (version: string): string => `/apis/${group}/${version}/namespaces/default/widgets`

const version = (name: string, field: string) => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: { spec: { type: 'object', properties: { [field]: { type: 'integer' } } } },
    },
  },
})

/** As it is shipped: the webhook is a service of the cluster. */
const widgets = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [version('v1', 'size'), version('v2', 'width')],
    conversion: {
      strategy: 'Webhook',
      webhook: {
        conversionReviewVersions: ['v1'],
        clientConfig: { service: { namespace: 'app', name: 'widgets', path: '/convert' } },
      },
    },
  },
}

/** `size` of v1 is `width` of v2. */
const convert: ConversionHandler = (object, desiredAPIVersion) => {
  const { size, width } = object['spec'] as { size?: number; width?: number }
  const value = size ?? width
  return {
    ...object,
    apiVersion: desiredAPIVersion,
    spec: desiredAPIVersion.endsWith('/v1') ? { size: value } : { width: value },
  }
}

const widget = (name: string, size: number): KubeObject => ({ ...first, metadata: { name }, spec: { size } })

/** What a user's test does, on a cluster of any provider. */
const readmeExample = async (
  cluster: Cluster & Parameters<typeof testClient>[0],
): Promise<readonly KubeObject[]> => {
  const webhook = await startConversionServer(convert)
  try {
    await cluster.installCrds(widgets, { conversion: webhook })
    await cluster.apply(widget('a', 3), { ...second, metadata: { name: 'b' }, spec: { width: 4 } })
    const client = testClient(cluster)
    const list = await client.get(path('v2'))
    await client.close()
    expect(webhook.reviews[0]).toMatchObject({
      path: '/convert',
      desiredAPIVersion: expect.stringContaining(group),
    })
    return (list.body as { items: KubeObject[] }).items
  } finally {
    await webhook.stop()
  }
}

describe('objects that a webhook converts', () => {
  let cluster: InMemoryCluster
  let webhook: ConversionServer
  let client: TestClient
  let answer: ConversionHandler

  beforeEach(async () => {
    answer = convert
    webhook = await startConversionServer((object, wanted) => answer(object, wanted))
    cluster = await startCluster()
    await cluster.installCrds(widgets, { conversion: webhook })
    client = testClient(cluster)
  })
  afterEach(async () => {
    await client.close()
    await cluster.stop()
    await webhook.stop()
  })

  it('are read and written in every version, as the README shows', async () => {
    const items = await readmeExample(cluster)
    expect(items.map(({ spec }) => spec)).toEqual([{ width: 3 }, { width: 4 }])
  })

  it('are asked for in one review by a list, once, and again by a read of one', async () => {
    await cluster.apply(widget('a', 1), widget('b', 2))
    await client.get(path('v2'))
    await client.get(path('v2'))
    expect(webhook.reviews.map(({ objects }) => objects.length)).toEqual([2])
    await client.get(`${path('v2')}/a`)
    expect(webhook.reviews.map(({ objects }) => objects.length)).toEqual([2, 1])
  })

  it('are read in process in the version that is stored, and refused in another with a word of advice', async () => {
    await cluster.apply(widget('a', 1))
    expect(cluster.get(first, { name: 'a' })).toMatchObject({ spec: { size: 1 } })
    expect(() => cluster.get(second, { name: 'a' })).toThrow(
      'default/a is stored as example.com/v1: only a request over the API asks the conversion webhook for example.com/v2; read it as example.com/v1 here',
    )
  })

  it('are told of in the version that is listened to, in order, whatever the webhook takes its time for', async () => {
    const slow: (() => void)[] = []
    const isAskedTwice = new Promise<void>((resolve) => {
      answer = async (object, wanted) => {
        if ((object['spec'] as { size?: number }).size === 1) await new Promise<void>((go) => slow.push(go))
        else resolve()
        return convert(object, wanted)
      }
    })
    const events: ClusterEvent[] = []
    const told = new Promise<void>((resolve) => {
      cluster.on(second, (event) => {
        events.push(event)
        if (events.length === 3) resolve()
      })
    })
    await cluster.apply(widget('a', 1))
    await cluster.apply(widget('a', 2))
    await cluster.apply(widget('b', 3))
    await isAskedTwice
    expect(events).toEqual([])
    for (const go of slow.splice(0)) go()
    await told
    expect(events.map(({ type, object }) => [type, object['spec']])).toEqual([
      ['ADDED', { width: 1 }],
      ['MODIFIED', { width: 2 }],
      ['ADDED', { width: 3 }],
    ])
  })

  it('are changed by both of two writers who ask at the same time', async () => {
    await cluster.apply(widget('a', 1))
    const label = (name: string) => client.patch(`${path('v2')}/a`, { metadata: { labels: { [name]: 'x' } } })
    const answers = await Promise.all([label('one'), label('two')])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(cluster.get(first, { name: 'a' })?.metadata.labels).toEqual({ one: 'x', two: 'x' })
  })

  it('are applied by many writers at once, whose questions do not make each other be forgotten', async () => {
    const count = 80
    const apply = (version: string, name: string, spec: object): Promise<Answer> =>
      client.patch(
        `${path(version)}/${name}?fieldManager=${version}&force=true`,
        { apiVersion: `${group}/${version}`, kind: 'Widget', metadata: { name }, spec },
        'apply-patch+yaml',
      )
    const names = Array.from({ length: count }, (_, at) => `w${at}`)
    for (const name of names) await apply('v1', name, { size: 1 })
    let writers = count
    let asked = 0
    let waiting: (() => void)[] = []
    // everybody is answered when all who still write have asked
    const look = (): void => {
      if (waiting.length < writers) return
      for (const go of waiting.splice(0)) go()
    }
    answer = async (object, wanted) => {
      asked += 1
      const turn = new Promise<void>((resolve) => (waiting = [...waiting, resolve]))
      look()
      await turn
      if (asked > 6 * count) throw new Error('asked again and again')
      return 'spec' in object ? convert(object, wanted) : { ...object, apiVersion: wanted }
    }
    const answers = await Promise.all(
      names.map(async (name) => {
        const applied = await apply('v2', name, { width: 2 })
        writers -= 1
        look()
        return applied.body.message ?? applied.status
      }),
    )
    expect(new Set(answers)).toEqual(new Set([200]))
  })

  it('go with their definition, though the webhook fails', async () => {
    await cluster.apply(widget('a', 1))
    answer = () => {
      throw new Error('out of order')
    }
    const failing = await client.get(`${path('v2')}/a`)
    expect(failing.body).toMatchObject({
      code: 500,
      message: 'conversion webhook for example.com/v1, Kind=Widget failed: out of order',
    })
    await client.delete(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.${group}`)
    const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }
    await cluster.wait(() =>
      cluster.get(definition, { name: `widgets.${group}` }) === undefined ? true : undefined,
    )
  })
})

describe('a conversion webhook', () => {
  it('of a service is found where routeService says', async () => {
    const webhook = await startConversionServer(convert, {
      services: [{ namespace: 'app', name: 'widgets' }],
    })
    const caBundle = webhook.caBundle
    const clientConfig = { ...widgets.spec.conversion.webhook.clientConfig, caBundle }
    const conversion = {
      ...widgets.spec.conversion,
      webhook: { ...widgets.spec.conversion.webhook, clientConfig },
    }
    const cluster = await startCluster({ crds: [{ ...widgets, spec: { ...widgets.spec, conversion } }] })
    const client = testClient(cluster)
    await cluster.apply(widget('a', 1))
    const lost = await client.get(`${path('v2')}/a`)
    expect(lost.body).toMatchObject({
      code: 500,
      message: expect.stringContaining('service "widgets" not found'),
    })
    cluster.routeService({ namespace: 'app', name: 'widgets' }, webhook.url)
    const found = await client.get(`${path('v2')}/a`)
    expect(found.body).toMatchObject({ spec: { width: 1 } })
    await client.close()
    await cluster.stop()
    await webhook.stop()
  })

  it('that fails is asked again after a second of the cluster, and watches go on', async () => {
    let isBroken = true
    const asked: string[] = []
    const webhook = await startConversionServer((object, wanted) => {
      asked.push(wanted)
      if (isBroken) throw new Error('not yet')
      return convert(object, wanted)
    })
    const clock = manualClock()
    const cluster = await startCluster({ clock })
    await cluster.installCrds(widgets, { conversion: webhook })
    const event = new Promise<ClusterEvent>((resolve) => cluster.on(second, resolve))
    await cluster.apply(widget('a', 1))
    const client = testClient(cluster)
    while (asked.length === 0) await client.get(path('v1'))
    isBroken = false
    // time moves until the question is asked anew: how long the network takes is not the clock's
    const told = event.then(() => true)
    const moves = async (): Promise<boolean> => {
      await client.get(path('v1'))
      clock.advance(1_000)
      return false
    }
    for (let isTold = false; !isTold;) isTold = await Promise.race([told, moves()])
    expect((await event).object).toMatchObject({ spec: { width: 1 } })
    await client.close()
    await cluster.stop()
    await webhook.stop()
  })
})

describeControlPlane('objects that a webhook converts, on a real control plane', () => {
  it('are read and written in every version, as the README shows', async () => {
    const controlPlane = await startControlPlane({ clusters: ['hub'], controllers: false })
    try {
      const items = await readmeExample(controlPlane.cluster('hub'))
      expect(items.map(({ spec }) => spec)).toEqual([{ width: 3 }, { width: 4 }])
    } finally {
      await controlPlane.stop()
    }
  })
})
