import type { PeerRef } from '@odfmo/api-types'

/** Throws a TypeError that names the argument, what was expected and what came (its kind, not its content). */
export const expectText = (argument: string, value: unknown): string => {
  if (typeof value !== 'string') throw new TypeError(`${argument}: expected a string, got ${kindOf(value)}`)
  return value
}

/** A list of strings with at least `least` of them. */
export const expectTexts = (argument: string, value: unknown, least: number): readonly string[] => {
  if (!Array.isArray(value))
    throw new TypeError(`${argument}: expected a list of strings, got ${kindOf(value)}`)
  if (value.length < least)
    throw new TypeError(`${argument}: expected at least ${least}, got ${value.length}`)
  return value.map((item, i) => expectText(`${argument}[${i}]`, item))
}

/** Cluster name, namespace and name of the StorageCluster, in the order they are hashed in. */
export const expectRef = (ref: PeerRef): readonly [string, string, string] => {
  const { clusterName, storageClusterRef } = (ref ?? {}) as Partial<PeerRef>
  return [
    expectText('ref.clusterName', clusterName),
    expectText('ref.storageClusterRef.namespace', storageClusterRef?.namespace),
    expectText('ref.storageClusterRef.name', storageClusterRef?.name),
  ]
}

const kindOf = (value: unknown): string => {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : typeof value
}
