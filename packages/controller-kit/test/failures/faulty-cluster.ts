import {
  startCluster,
  startControlPlane,
  startFaultProxy,
  type Cluster,
  type Faults,
  type Journal,
  type ObjectKey,
} from '@odfmo/testkit'
import { clientOf, configMaps } from '../clients.ts'

/** A cluster that fails on demand, of any provider. */
export interface FaultyCluster extends Cluster {
  /** What came as far as the faults. */
  readonly requests: Journal
  readonly faults: Faults
  /** Removes a ConfigMap, past all faults. */
  remove(key: ObjectKey): Promise<void>
  /** Forgets the history of all changes so far. */
  compact(): Promise<void>
}

/** In this process; with TESTKIT_PROVIDER=control-plane a real API server behind a proxy that makes the faults. */
export const startFaultyCluster = (): Promise<FaultyCluster> => {
  const provider = process.env['TESTKIT_PROVIDER'] ?? ''
  if (provider === '' || provider === 'memory') return inMemory()
  if (provider === 'control-plane') return onControlPlane()
  throw new Error(`${provider}: faults of a network need a cluster of this process or a control plane`)
}

const inMemory = async (): Promise<FaultyCluster> => {
  const memory = await startCluster({ name: 'hub', controllers: false })
  return {
    ...memory,
    async remove({ namespace, name }) {
      const { tables, ...rest } = memory.snapshot()
      const others = (tables['/configmaps'] ?? []).filter(
        ({ metadata }) => metadata.namespace !== namespace || metadata.name !== name,
      )
      memory.restore({ ...rest, tables: { ...tables, '/configmaps': others } })
    },
    compact: async () => memory.faults.compactHistory(),
  }
}

const onControlPlane = async (): Promise<FaultyCluster> => {
  const controlPlane = await startControlPlane({ clusters: ['hub'], controllers: false })
  const hub = controlPlane.cluster('hub')
  const [proxy, administrator] = await Promise.all([startFaultProxy(hub), clientOf(hub)])
  return {
    ...proxy,
    async remove(key) {
      await administrator.delete(configMaps, key)
    },
    compact: () => hub.compact(),
    async stop() {
      await Promise.all([proxy.stop(), administrator.close()])
      await controlPlane.stop()
    },
  }
}
