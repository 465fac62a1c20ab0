import type { Cluster } from './cluster.ts'

type OfCluster = Pick<Cluster, 'onStop'>

/** By what a cluster and a copy of it (`{ ...cluster, stop }`) have in common. */
const failures = new WeakMap<Cluster['onStop'], Map<string, string>>()

/** What simulators on a cluster fail at just now, by what they work on: theirs to enter, and to take out again. */
export const failuresOn = ({ onStop }: OfCluster): Map<string, string> => {
  const known = failures.get(onStop) ?? new Map<string, string>()
  failures.set(onStop, known)
  return known
}

/** To be told with a wait or a test that failed, for which this may be the reason; empty when none fails. */
export const failingSimulators = ({ name, onStop }: OfCluster & Pick<Cluster, 'name'>): string => {
  const lines = [...(failures.get(onStop) ?? [])].map(([what, message]) => `\n  ${what}: ${message}`)
  return lines.length === 0 ? '' : `simulators that fail on ${name}:${lines.join('')}`
}
