import type { KubeObject } from '../kube-object.ts'

/** Field names of core/v1 events and of events.k8s.io/v1: two forms of one object. */
const names: readonly (readonly [core: string, events: string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['reportingComponent', 'reportingController'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
]

const renamed = (
  event: KubeObject,
  apiVersion: string,
  pairs: readonly (readonly [from: string, to: string])[],
): KubeObject => {
  const to = new Map(pairs)
  const entries = Object.entries(event).map(([field, value]) => [to.get(field) ?? field, value])
  return { ...(Object.fromEntries(entries) as KubeObject), apiVersion }
}

/** The stored (core) event as events.k8s.io/v1 has it. */
export const eventsFormOf = (event: KubeObject): KubeObject => renamed(event, 'events.k8s.io/v1', names)

/** An event of events.k8s.io/v1 as it is stored. */
export const coreFormOf = (event: KubeObject): KubeObject =>
  renamed(
    event,
    'v1',
    names.map(([core, events]) => [events, core]),
  )
