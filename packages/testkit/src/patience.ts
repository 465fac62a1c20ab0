import { systemClock } from './clock/clock.ts'
import type { Cluster } from './cluster.ts'

/** Of the time that a test has, what is left to say why it failed. */
const shareForWaiting = 0.9
const shortestWaitMs = 50

type OfCluster = Pick<Cluster, 'onStop'>

/** By what a cluster and a copy of it (`{ ...cluster, stop }`) have in common. */
const deadlines = new WeakMap<Cluster['onStop'], number>()

/**
 * Says that a test of this many milliseconds begins, so that a wait in it ends before it does: a runner that gives up
 * first only says that time was up. 0 and Infinity are no limit.
 */
export const limitWaits = (clusters: readonly OfCluster[], testMs: number): void => {
  for (const { onStop } of clusters) {
    if (testMs > 0 && Number.isFinite(testMs))
      deadlines.set(onStop, systemClock.monotonic() + testMs * shareForWaiting)
    else deadlines.delete(onStop)
  }
}

/** How long a test still lets its waits wait, by the machine's clock, as its runner counts; Infinity: as long as they like. */
export const leftForWaiting = (clusters: readonly OfCluster[]): number => {
  const left = clusters.map(
    ({ onStop }) => (deadlines.get(onStop) ?? Number.POSITIVE_INFINITY) - systemClock.monotonic(),
  )
  return Math.max(shortestWaitMs, Math.round(Math.min(...left)))
}
