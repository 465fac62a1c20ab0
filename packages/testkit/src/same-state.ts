import { isJsonObject, jsonEqual } from './kube-object.ts'
import type { KubeObject } from './kube-object.ts'
import { checkSnapshot, isRootAuthority } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

/** One place where two snapshots differ. */
export interface Difference {
  /** `secrets openshift-storage/name`, `clusterroles.rbac.authorization.k8s.io name`. */
  readonly object: string
  /** Path of the field; empty when the object is in one snapshot only. */
  readonly path: string
  /** Undefined when absent. */
  readonly left: unknown
  readonly right: unknown
}

/** What is left out of a comparison. */
export interface SameStateOptions {
  /** Objects to leave out, of both snapshots. */
  readonly ignore?: (object: KubeObject) => boolean
}

const ignoredTables = new Set(['coordination.k8s.io/leases', '/events'])

/** What changes from run to run, and how often something was written, is no state. */
const ignoredMetadata = new Set(['uid', 'resourceVersion', 'managedFields', 'generation', 'selfLink'])
const timestampPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/

const isTimestampField = (name: string, value: unknown): boolean =>
  /(?:Timestamp|Time)$/.test(name) &&
  (value === null || (typeof value === 'string' && timestampPattern.test(value)))

const resourceText = (table: string): string => {
  const [group = '', plural = ''] = table.split('/')
  return group === '' ? plural : `${plural}.${group}`
}

const shownName = ({ metadata }: KubeObject): string =>
  metadata.generateName === undefined ? (metadata.name ?? '') : `${metadata.generateName}*`

const shownKey = (object: KubeObject): string =>
  object.metadata.namespace === undefined
    ? shownName(object)
    : `${object.metadata.namespace}/${shownName(object)}`

/** Texts that name an object by chance (its uid, its generated name), and what stands for them. */
const aliasesOf = (snapshot: Snapshot): Map<string, string> => {
  const aliases = new Map<string, string>()
  for (const [table, objects] of Object.entries(snapshot.tables)) {
    for (const object of objects) {
      const { uid, name, generateName } = object.metadata
      if (uid !== undefined) aliases.set(uid, `<uid of ${resourceText(table)} ${shownKey(object)}>`)
      if (generateName !== undefined && name !== undefined) aliases.set(name, `${generateName}*`)
    }
  }
  return aliases
}

/** Lists that are sets: the order in which finalizers, owners and conditions came says nothing. */
const unorderedFields = new Set(['finalizers', 'ownerReferences', 'conditions'])

const inOrder = (list: readonly unknown[]): unknown[] =>
  list
    .map((item) => ({ item, text: JSON.stringify(item) }))
    .sort((left, right) => (left.text < right.text ? -1 : Number(left.text > right.text)))
    .map(({ item }) => item)

const plain = (value: unknown, aliases: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string') return aliases.get(value) ?? value
  if (Array.isArray(value)) return value.map((item) => plain(item, aliases))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, field]) => !isTimestampField(name, field) && name !== 'observedGeneration')
      .map(([name, field]) => {
        const inner = plain(field, aliases)
        return [name, Array.isArray(inner) && unorderedFields.has(name) ? inOrder(inner) : inner]
      }),
  )
}

const plainObject = (object: KubeObject, aliases: ReadonlyMap<string, string>): unknown => {
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(([name]) => !ignoredMetadata.has(name)),
  )
  return plain({ ...object, metadata }, aliases)
}

/** Objects by their shown key; several of one generated name are told apart by their content. */
const comparable = (snapshot: Snapshot, { ignore }: SameStateOptions): Map<string, unknown> => {
  const aliases = aliasesOf(snapshot)
  const byKey = new Map<string, unknown[]>()
  for (const [table, objects] of Object.entries(snapshot.tables)) {
    if (ignoredTables.has(table)) continue
    for (const object of objects) {
      // published by the server itself, with this cluster's authority in it
      if (isRootAuthority(table, object)) continue
      if (ignore?.(object) === true) continue
      const key = `${resourceText(table)} ${shownKey(object)}`
      byKey.set(key, [...(byKey.get(key) ?? []), plainObject(object, aliases)])
    }
  }
  const entries = [...byKey].flatMap(([key, objects]) => {
    if (objects.length === 1) return [[key, objects[0]] as const]
    const sorted = objects.map((object) => JSON.stringify(object)).sort()
    return sorted.map(
      (text, at) => [`${key} (${at + 1} of ${sorted.length})`, JSON.parse(text) as unknown] as const,
    )
  })
  return new Map(entries)
}

const differencesIn = (object: string, path: string, left: unknown, right: unknown): Difference[] => {
  if (jsonEqual(left, right)) return []
  if (isJsonObject(left) && isJsonObject(right)) {
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()
    return names.flatMap((name) =>
      differencesIn(object, path === '' ? name : `${path}.${name}`, left[name], right[name]),
    )
  }
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    return left.flatMap((item, at) => differencesIn(object, `${path}[${at}]`, item, right[at]))
  }
  return [{ object, path, left, right }]
}

/**
 * Where two snapshots differ, sorted by object; empty when they are the same state. Compared without uids,
 * resourceVersions, generations, managedFields, timestamps, Leases, Events and generated names; references by uid are
 * compared by the object they mean, and finalizers, owners and conditions as sets.
 */
export const sameState = (left: Snapshot, right: Snapshot, options: SameStateOptions = {}): Difference[] => {
  checkSnapshot(left)
  checkSnapshot(right)
  const leftObjects = comparable(left, options)
  const rightObjects = comparable(right, options)
  const keys = [...new Set([...leftObjects.keys(), ...rightObjects.keys()])].sort()
  return keys.flatMap((key) => {
    const inLeft = leftObjects.get(key)
    const inRight = rightObjects.get(key)
    if (inLeft === undefined || inRight === undefined)
      return [{ object: key, path: '', left: inLeft, right: inRight }]
    return differencesIn(key, '', inLeft, inRight)
  })
}
