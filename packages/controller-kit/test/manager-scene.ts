import { startCluster, startTestCluster, type Cluster, type InMemoryCluster } from '@odfmo/testkit'
import { afterEach, beforeEach } from 'vitest'
import { createManager, type Manager } from '../src/manager/manager.ts'
import type { ManagerOptions } from '../src/manager/manager-options.ts'
import type { KubeClient } from '../src/client/kube-client.ts'
import { silentLogger } from '../src/logging/logger.ts'
import type { Runnable } from '../src/runnable.ts'
import { cluster as kindsOf, watch } from '../src/watched-kind.ts'
import { clientOf, configMaps } from './clients.ts'
import { clustersForTests } from './clusters-for-tests.ts'

/** The cluster of the test that runs, and an administrator's client for it. */
export interface Scene {
  cluster: Cluster
  /** The same, when it is one that fails or goes away on demand. */
  memory: InMemoryCluster
  client: KubeClient
}

/** To be called in a file, or in a describe: each test there has a cluster, of the provider that is chosen or in memory. */
export const scenes = (): { readonly scene: Scene; onAnyCluster(): void; inMemory(): void } => {
  const scene = {} as Scene
  const clusters = clustersForTests(() => startTestCluster({ name: 'hub', controllers: false }))
  const begin = async (started: Cluster): Promise<void> => {
    scene.cluster = started
    scene.client = await clientOf(started)
  }
  afterEach(async () => {
    await scene.client.close()
    await clusters.end(scene.cluster)
  })
  return {
    scene,
    onAnyCluster: () => beforeEach(async () => begin(await clusters.begin())),
    inMemory: () =>
      beforeEach(async () => {
        scene.memory = await startCluster({ name: 'hub', controllers: false })
        await begin(scene.memory)
      }),
  }
}

export const hub = kindsOf('hub', { ConfigMap: watch(configMaps) })
export const anyPort = { host: '127.0.0.1', port: 0 }

export const managerOf = (
  client: KubeClient,
  identity: string,
  options: Partial<ManagerOptions> = {},
): Manager =>
  createManager({ name: 'test', identity, logger: silentLogger, clients: { hub: client }, ...options })

export const configMap = (name: string, data = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name },
  data,
})

/** A part that works until it is told to end. */
export const part = (
  name: string,
  needsLeadership: boolean,
  onStart: () => void,
  onEnd: () => void = () => undefined,
): Runnable => ({
  name,
  needsLeadership,
  async start(signal) {
    onStart()
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    onEnd()
  },
})

export const page = async (
  port: number | undefined,
  path: string,
): Promise<{ status: number; body: string }> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: response.status, body: await response.text() }
}

/** Resolves when the part is started. */
export const started = (manager: Manager, needsLeadership = true): Promise<void> =>
  new Promise((resolve) =>
    manager.add(part(needsLeadership ? 'sentinel' : 'sentinel-of-all', needsLeadership, resolve)),
  )
