import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { contract, kinds } from '@odfmo/api-types'
import type { Kind, ObjectKey } from '@odfmo/api-types/meta'
import { Credentials, isNotFound, KubeClient } from '@odfmo/controller-kit'
import { journalOf, peerRef, type Cluster } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import {
  clustersOf,
  isServiceWrite,
  quiet,
  startAcceptanceWorld,
  untilHubWorks,
  type AcceptanceWorld,
} from './acceptance-world.ts'
import { hubNamespace } from '../demo/world/names.ts'
import { convergesMs, oneLife } from './one-life.ts'

const stopsMs = 240_000

/** No process that has to wait for its turn loses its lock, and who waits for one looks often. */
const flags = [
  '--leader-elect-lease-duration=60s',
  '--leader-elect-renew-deadline=45s',
  '--leader-elect-retry-period=200ms',
]
/** Where Kubernetes' own library keeps a lock of a ConfigMap. */
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader'
const hubLock: ObjectKey = { namespace: hubNamespace, name: contract.hubLease }
const agentLock: ObjectKey = {
  namespace: peerRef().storageClusterRef.namespace,
  name: contract.spoke.lock,
}

/** Gives the lock of a killed process back: that its end is waited for has a test of its own, two-hubs.test.ts. */
const unlocks = async (
  cluster: Cluster,
  key: ObjectKey,
): Promise<{ readonly now: () => void; readonly end: () => Promise<void> }> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-unlocks-'))
  const kubeconfig = path.join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, cluster.kubeconfig(), { mode: 0o600 })
  const credentials = await Credentials.load({ kubeconfig })
  const client = new KubeClient({ cluster: cluster.name, component: 'test', version: '0.0.0', credentials })
  const under: Promise<void>[] = []
  // Merged into what is there: nobody shall have to make it anew.
  const release = async (kind: Kind, released: object): Promise<void> => {
    try {
      await client.patch(kind, key, 'merge', released)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  return {
    now: () =>
      void under.push(
        release(kinds.Lease, { spec: { holderIdentity: null } }),
        release(kinds.ConfigMap, { metadata: { annotations: { [leaderAnnotation]: null } } }),
      ),
    async end() {
      await Promise.all(under)
      await client.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

let world: AcceptanceWorld | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
}, stopsMs)

describe('a process killed (SIGKILL) after each of its writes in turn, deletion included', () => {
  it.each([
    ['hub', 25],
    ['agents', 25],
  ] as const)(
    '%s: the clusters end as after a life in peace, and as before it',
    async (victim, atLeast) => {
      const current = await startAcceptanceWorld({ flags, onHubEnd: () => world?.startHub() })
      world = current
      const { kubelets, spokes } = current
      const clusters = clustersOf(current)
      current.startHub()
      await untilHubWorks(current)
      const inPeace = await oneLife(current, clusters)
      await quiet(clusters)

      const hubUnlocks = await unlocks(current.hub, hubLock)
      const agentUnlocks = await Promise.all(spokes.map((spoke) => unlocks(spoke, agentLock)))
      let kills = 0
      for (const cluster of clusters) {
        const journal = await journalOf(cluster)
        journal.subscribe((record) => {
          if (!isServiceWrite(record)) return
          const isHubs = record.userAgent.startsWith('odfmo-hub-controller/')
          const pid = current.hubPid()
          if (victim === 'hub' && isHubs && pid !== undefined) {
            kills += 1
            process.kill(pid, 'SIGKILL')
            hubUnlocks.now()
          }
          if (victim === 'agents' && !isHubs) {
            const n = spokes.findIndex(
              ({ name }) => cluster.name === name || record.user.includes(`:${name}:`),
            )
            const killed = kubelets[n]?.kill('token-exchange-agent').length ?? 0
            kills += killed
            if (killed > 0) agentUnlocks[n]?.now()
          }
        })
      }
      await oneLife(current, clusters, { asBefore: inPeace })
      expect(kills).toBeGreaterThanOrEqual(atLeast)
      for (const { end } of [hubUnlocks, ...agentUnlocks]) await end()
    },
    5 * convergesMs,
  )
})
