import type { KubeObject } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import { Informers } from '../../src/cache/informers.ts'
import { cluster as kindsOf, watch } from '../../src/watched-kind.ts'
import { configMaps } from '../clients.ts'
import { anyCluster, configMap, hub, keyOf, never, withWriting } from './writing-scene.ts'

const core = (kind: string, plural: string, namespaced: boolean) => ({
  group: '',
  version: 'v1',
  kind,
  plural,
  namespaced,
})

const { Namespace, Pod, Service } = kindsOf('hub', {
  Namespace: watch(core('Namespace', 'namespaces', false)),
  Pod: watch(core('Pod', 'pods', true), { labelSelector: 'ours=yes' }),
  Service: watch(core('Service', 'services', true), { labelSelector: 'ours=yes' }),
})

const pod = (name: string, nodeName?: string): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...keyOf(name), labels: { ours: 'yes' } },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ name: 'c', image: 'i' }],
      ...(nodeName === undefined ? {} : { nodeName }),
    },
  }) as KubeObject

describe('a delete of what the kind does not select', () => {
  const scene = withWriting(anyCluster)
  const ask = { is: 'delete', of: hub.ConfigMap, key: keyOf('a') } as const

  it('leaves it, whether the cache is synced or not', async () => {
    await scene.client.create(configMaps, configMap('a', {}, { labels: { other: 'yes' } }))
    expect((await scene.apply(ask)).is).toBe('gone')
    const cold = scene.applier({ cache: new Informers({ clients: { hub: scene.client } }) })
    expect((await cold.apply(ask, never)).is).toBe('gone')
    expect(scene.sent).toEqual([])
    expect((await scene.apply({ ...ask, cached: false })).is).toBe('deleted')
  })
})

describe('a delete that is answered with the object', () => {
  const scene = withWriting(anyCluster)
  const serviceAccount = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace: 'default', name: 'default' },
  }
  const make = async (kind: typeof Pod, object: KubeObject): Promise<void> => {
    // A server refuses pods while nobody has made it; controllers do, where there are any.
    await scene.client
      .create(core('ServiceAccount', 'serviceaccounts', true), serviceAccount)
      .catch(() => undefined)
    await scene.client.create(kind.kind, object)
    const { namespace, name = '' } = object.metadata
    await scene.cached(kind, namespace === undefined ? { name } : { namespace, name })
  }

  it('is not the end of a namespace, which its own finalizers hold', async () => {
    await make(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } })
    const key = { name: 'n' }
    expect((await scene.apply({ is: 'delete', of: Namespace, key })).is).toBe('going')
    expect(scene.informers.get(Namespace, key)?.metadata.deletionTimestamp).toBeDefined()
  })

  it('is not the end of a pod that has its time to stop', async () => {
    await make(Pod, pod('p', 'node'))
    expect((await scene.apply({ is: 'delete', of: Pod, key: keyOf('p') })).is).toBe('going')
    expect(scene.informers.get(Pod, keyOf('p'))?.metadata.deletionTimestamp).toBeDefined()
  })

  it('is the end of a pod that never ran', async () => {
    await make(Pod, pod('p'))
    expect((await scene.apply({ is: 'delete', of: Pod, key: keyOf('p') })).is).toBe('deleted')
    expect(scene.informers.get(Pod, keyOf('p'))).toBeUndefined()
  })

  it('is the end of what is held by nothing', async () => {
    const metadata = { ...keyOf('s'), labels: { ours: 'yes' } }
    await make(Service, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ port: 80 }] },
    } as KubeObject)
    expect((await scene.apply({ is: 'delete', of: Service, key: keyOf('s') })).is).toBe('deleted')
    expect(scene.informers.get(Service, keyOf('s'))).toBeUndefined()
  })
})
