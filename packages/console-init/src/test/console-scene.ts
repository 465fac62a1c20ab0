import { kinds, type CustomResourceDefinition } from '@odfmo/api-types'
import { eventually, type Cluster } from '@odfmo/testkit'
import type { KubeClient } from '@odfmo/controller-kit'
import { expect } from 'vitest'
import { consolePlugin } from '../console-plugin.ts'
import { consoleService } from '../console-service.ts'
import { pluginKey } from '../console-place.ts'
import { clientOf, consoleCluster, find, key, namespace } from './console-cluster.ts'
import { startApp, type RunningApp } from './start-app.ts'

const place = { namespace, port: 9001 }

/** A cluster, its administrator, and the services started on it. */
export interface ConsoleScene {
  readonly cluster: Cluster
  readonly admin: KubeClient
  start(options?: Parameters<typeof startApp>[1]): Promise<RunningApp>
  /** Waits until both objects are there as they should be, the plugin in v1. */
  isSetUp(): Promise<void>
  end(): Promise<void>
}

export const consoleScene = async (...crds: readonly CustomResourceDefinition[]): Promise<ConsoleScene> => {
  const cluster = await consoleCluster(crds)
  const admin = await clientOf(cluster)
  const running: RunningApp[] = []
  return {
    cluster,
    admin,
    async start(options) {
      const app = await startApp(cluster, options)
      running.push(app)
      return app
    },
    isSetUp: () =>
      eventually(cluster, async () => {
        expect(await find(cluster, kinds.Service, key)).toMatchObject(consoleService(place))
        expect(await find(cluster, kinds.ConsolePlugin, pluginKey)).toMatchObject(consolePlugin(place))
      }),
    async end() {
      await Promise.all(running.map((app) => app.stop()))
      await admin.close()
      await cluster.stop()
    },
  }
}
