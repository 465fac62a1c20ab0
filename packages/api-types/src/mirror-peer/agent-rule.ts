import { originalSpokeFinalizer, spokeFinalizer } from '../spoke-finalizer.ts'
import { isObject } from './default-mirror-peer.ts'
import type { MirrorPeerProblem } from './problem.ts'
import { sameJson } from './same-json.ts'

const agentUsers = [
  /^system:open-cluster-management:cluster:([^:]+):addon:tokenexchange:agent:tokenexchange$/,
  /^system:serviceaccount:([^:]+):tokenexchange-agent$/,
]

/** The cluster whose agent this user is, by certificate or by token; undefined for anybody else. */
export const clusterOfAgent = (username: string): string | undefined =>
  agentUsers.map((pattern) => pattern.exec(username)?.[1]).find((cluster) => cluster !== undefined)

/**
 * What the agent of a cluster changed beside its own finalizer. Specs are given with their defaults; what the API server
 * keeps (managedFields, generation, …) and status do not count, as the original's agent puts the whole typed object.
 */
export const agentProblems = (
  clusterName: string,
  before: { readonly metadata: unknown; readonly spec: unknown },
  after: { readonly metadata: unknown; readonly spec: unknown },
): readonly MirrorPeerProblem[] => {
  const [old, now] = [metadataOf(before.metadata), metadataOf(after.metadata)]
  return [
    ...(sameJson(before.spec, after.spec) ? [] : [notTheAgents('spec', clusterName)]),
    ...(['labels', 'annotations', 'ownerReferences'] as const)
      .filter((field) => !sameJson(orNothing(old[field]), orNothing(now[field])))
      .map((field) => notTheAgents(`metadata.${field}`, clusterName)),
    ...(sameJson(
      foreignFinalizers(old, clusterName, before.spec),
      foreignFinalizers(now, clusterName, before.spec),
    )
      ? []
      : [notTheAgents('metadata.finalizers', clusterName)]),
  ]
}

const foreignFinalizers = (metadata: Metadata, clusterName: string, spec: unknown): readonly string[] => {
  const own = ownFinalizers(clusterName, spec)
  const finalizers = Array.isArray(metadata['finalizers']) ? (metadata['finalizers'] as unknown[]) : []
  return finalizers
    .filter((finalizer) => !own.has(finalizer))
    .map(String)
    .toSorted()
}

/** The short form of the original is not this agent's when it is the whole finalizer of another cluster. */
const ownFinalizers = (clusterName: string, spec: unknown): ReadonlySet<unknown> => {
  const own = spokeFinalizer(clusterName)
  const original = originalSpokeFinalizer(clusterName)
  const others = clusterNames(spec).filter((name) => name !== clusterName)
  return others.some((name) => spokeFinalizer(name) === original) ? new Set([own]) : new Set([own, original])
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
