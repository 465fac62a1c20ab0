import { afterEach, beforeEach } from 'vitest'
import { clustersForTests } from '../clusters-for-tests.ts'
import { startFaultyCluster, type FaultyCluster } from './faulty-cluster.ts'
import { Scene } from './scene.ts'

/** A module of a test file: where starts take long, all its tests share one. */
const clusters = clustersForTests(startFaultyCluster)

/** For each test a cluster without faults and caches over it that are not started yet; afterwards all is well again. */
export const withScene = (
  open: (cluster: FaultyCluster) => Promise<Scene> = (cluster) => Scene.open(cluster),
): { readonly cluster: FaultyCluster; readonly scene: Scene } => {
  let now: { readonly cluster: FaultyCluster; readonly scene: Scene } | undefined
  const current = (): { readonly cluster: FaultyCluster; readonly scene: Scene } => {
    if (now === undefined) throw new Error('no test runs now')
    return now
  }
  beforeEach(async () => {
    const cluster = await clusters.begin()
    now = { cluster, scene: await open(cluster) }
  })
  afterEach(async () => {
    const { cluster, scene } = current()
    try {
      await scene.close()
    } finally {
      cluster.faults.clear()
      await cluster.faults.refuseConnections(false)
      await clusters.end(cluster)
    }
  })
  return {
    get cluster() {
      return current().cluster
    },
    get scene() {
      return current().scene
    },
  }
}
