import { setTimeout as wait } from 'node:timers/promises'
import { kinds, type ClusterRole } from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject } from '@odfmo/api-types/meta'
import { Engine, Informers, silentLogger, systemClock } from '@odfmo/controller-kit'
import type { Cluster } from '@odfmo/testkit'
import { clientOf } from '../../test/client-of.ts'
import { unsettledKeys } from '../../test/unsettled.ts'
import { managerRules } from '../manager-rules.ts'
import { byCluster, everything } from './hub-world.ts'

const user = 'system:serviceaccount:operators:hub'

/** The rights of the process, and nothing beside. */
export const managerRights: readonly KubeObject[] = [
  {
    apiVersion: apiVersionOf(kinds.ClusterRole),
    kind: 'ClusterRole',
    metadata: { name: 'addon-manager' },
    rules: managerRules,
  } as ClusterRole,
  {
    apiVersion: apiVersionOf(kinds.ClusterRoleBinding),
    kind: 'ClusterRoleBinding',
    metadata: { name: 'addon-manager' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'addon-manager' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  } as KubeObject,
]

export interface HubProcess {
  readonly engine: Engine
  /** Keys that are not as wanted, for messages. */
  unsettled(): readonly string[]
  /** Ends it like a SIGTERM. */
  stop(): Promise<void>
}

/** Runs the rules of this folder against a cluster, as the service would, over HTTPS and under their own rights. */
export const startHubProcess = async (cluster: Cluster): Promise<HubProcess> => {
  const client = await clientOf(cluster, { user })
  const clients = { hub: client }
  const cache = new Informers({ clients, indexes: [...everything.indexes, byCluster] as never })
  const engine = new Engine({
    name: 'hub',
    derived: everything.derived,
    cache,
    clients,
    clock: systemClock,
    logger: silentLogger,
  })
  const stopping = new AbortController()
  const running = Promise.all([cache.start(stopping.signal), engine.start(stopping.signal)])
  return {
    engine,
    unsettled: () => unsettledKeys(engine),
    async stop() {
      stopping.abort()
      await running
      await client.close()
    },
  }
}

/** An object as manifests carry it. */
export const manifest = <T extends KubeObject>(kind: Kind<T>, object: T): T => ({
  ...object,
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
})

/** For what must not happen, there is no event to wait for. */
export const quietMs = (ms: number): Promise<void> => wait(ms)
