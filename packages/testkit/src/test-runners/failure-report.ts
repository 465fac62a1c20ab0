import type { Cluster, InMemoryCluster } from '../cluster.ts'
import { differenceLines } from '../difference-text.ts'
import { failingSimulators } from '../failing-simulators.ts'
import { sameState } from '../same-state.ts'
import type { Snapshot } from '../snapshot.ts'

const indented = (lines: readonly string[]): string => lines.map((line) => `\n  ${line}`).join('')

/**
 * What to print with a failed test about one cluster: what is not as the test found it, what simulators fail at, and
 * the last requests, unless the failure itself tells them. Empty when nothing happened.
 */
export const failureReport = (cluster: Cluster, found: Snapshot | undefined, failure: string): string => {
  const changes =
    found === undefined ? [] : differenceLines(sameState(found, (cluster as InMemoryCluster).snapshot()))
  const title = `last requests to ${cluster.name}:`
  const tail = failure.includes(title) ? '' : (cluster.requests?.tail() ?? '')
  const failing = failingSimulators(cluster)
  return [
    ...(changes.length === 0 ? [] : [`changed in ${cluster.name} since the test began:${indented(changes)}`]),
    ...(failing === '' || failure.includes(failing) ? [] : [failing]),
    ...(tail === '' ? [] : [`${title}${indented(tail.split('\n'))}`]),
  ].join('\n')
}
