import { originalSpokeFinalizer, spokeFinalizer } from '../spoke-finalizer.ts'
import { isObject } from './default-mirror-peer.ts'
import type { MirrorPeerProblem } from './problem.ts'
import { sameJson } from './same-json.ts'

const agentUsers = [
  /^system:open-cluster-management:cluster:([^:]+):addon:tokenexchange:agent:tokenexchange$/,
  /^system:serviceaccount:([^:]+):tokenexchange-agent$/,
]
const agentGroup = /^system:open-cluster-management:cluster:([^:]+):addon:tokenexchange$/

/** Who asks, as the API server says it. */
export interface Requester {
  readonly username?: string | undefined
  readonly groups?: readonly string[] | undefined
}

/**
 * The clusters whose agent this is: by the user of its certificate or token, or by the group of its certificate, which the
 * hub gives rights to. None for anybody else; several for nobody whom the hub has made an agent.
 */
export const clustersOfAgent = ({ username = '', groups = [] }: Requester): readonly string[] => [
  ...new Set(
    [
      ...agentUsers.map((pattern) => pattern.exec(username)?.[1]),
      ...groups.map((group) => agentGroup.exec(group)?.[1]),
    ].flatMap((cluster) => cluster ?? []),
  ),
]

/**
 * What the agent of a cluster (of `clustersOfAgent`; for nobody's there is none) changed beside its own finalizer, which it puts only where its cluster is named. Specs are given with their defaults; what the API server
 * keeps (managedFields, generation, …) and status do not count, as the original's agent puts the whole typed object.
 */
export const agentProblems = (
  [clusterName, ...others]: readonly string[],
  before: { readonly metadata: unknown; readonly spec: unknown },
  after: { readonly metadata: unknown; readonly spec: unknown },
): readonly MirrorPeerProblem[] => {
  if (clusterName === undefined) return []
  if (others.length > 0) return [ofSeveral([clusterName, ...others])]
  const [old, now] = [metadataOf(before.metadata), metadataOf(after.metadata)]
  const own = ownFinalizers(clusterName, before.spec)
  return [
    ...(sameJson(before.spec, after.spec) ? [] : [notTheAgents('spec', clusterName)]),
    ...(['labels', 'annotations', 'ownerReferences'] as const)
      .filter((field) => !sameJson(orNothing(old[field]), orNothing(now[field])))
      .map((field) => notTheAgents(`metadata.${field}`, clusterName)),
    ...(sameJson(foreignFinalizers(old, own), foreignFinalizers(now, own))
      ? []
      : [notTheAgents('metadata.finalizers', clusterName)]),
    ...(clusterNames(before.spec).includes(clusterName) || !isAdded(own, old, now)
      ? []
      : [notNamed(clusterName)]),
  ]
}

const foreignFinalizers = (metadata: Metadata, own: ReadonlySet<unknown>): readonly string[] =>
  finalizersOf(metadata)
    .filter((finalizer) => !own.has(finalizer))
    .map(String)
    .toSorted()

/** What is left of an earlier time may be taken off, but nothing holds a MirrorPeer that is none of its business. */
const isAdded = (own: ReadonlySet<unknown>, old: Metadata, now: Metadata): boolean => {
  const before = new Set(finalizersOf(old))
  return finalizersOf(now).some((finalizer) => own.has(finalizer) && !before.has(finalizer))
}

const finalizersOf = (metadata: Metadata): readonly unknown[] =>
  Array.isArray(metadata['finalizers']) ? (metadata['finalizers'] as unknown[]) : []

/**
 * The short form of the original is not this agent's when it is the whole finalizer of another cluster, nor when it is the short
 * form of one that is named and this one is not.
 */
const ownFinalizers = (clusterName: string, spec: unknown): ReadonlySet<unknown> => {
  const own = spokeFinalizer(clusterName)
  const original = originalSpokeFinalizer(clusterName)
  const named = clusterNames(spec)
  const others = named.filter((name) => name !== clusterName)
  const isAnothers =
    others.some((name) => spokeFinalizer(name) === original) ||
    (others.length === named.length && others.some((name) => originalSpokeFinalizer(name) === original))
  return isAnothers ? new Set([own]) : new Set([own, original])
}

const clusterNames = (spec: unknown): readonly string[] => {
  const items = isObject(spec) && Array.isArray(spec['items']) ? (spec['items'] as unknown[]) : []
  return items.flatMap((item) => {
    const name = isObject(item) ? item['clusterName'] : undefined
    return typeof name === 'string' ? [name] : []
  })
}

type Metadata = Readonly<Record<string, unknown>>

const metadataOf = (metadata: unknown): Metadata => (isObject(metadata) ? metadata : {})

/** An empty map or list is stored as none. */
const orNothing = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? undefined : value

const notTheAgents = (path: string, clusterName: string): MirrorPeerProblem => ({
  path,
  code: 'NotTheAgents',
  message: `the agent of ${clusterName} may change nothing of a MirrorPeer but its own finalizer`,
})

const notNamed = (clusterName: string): MirrorPeerProblem => ({
  path: 'metadata.finalizers',
  code: 'NotTheAgents',
  message: `this MirrorPeer does not name the cluster ${clusterName}, so its agent may only take a finalizer off`,
})

const ofSeveral = (clusterNames: readonly string[]): MirrorPeerProblem => ({
  path: 'metadata',
  code: 'NotTheAgents',
  message: `nobody is the agent of several clusters: ${clusterNames.join(', ')}`,
})
