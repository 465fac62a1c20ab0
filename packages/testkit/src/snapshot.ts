import { refuseOption } from './check-option.ts'
import { isJsonObject, jsonEqual } from './kube-object.ts'
import type { KubeObject } from './kube-object.ts'
import type { ResourceRegistry } from './resources/resource-registry.ts'
import type { Store } from './storage/store.ts'
import { keyOf } from './storage/stored-object.ts'

/** All objects of a cluster at one moment: plain data, safe to keep and to write to a file. */
export interface Snapshot {
  readonly revision: number
  /** Objects as they are stored, by `group/plural`. */
  readonly tables: Readonly<Record<string, readonly KubeObject[]>>
}

/** Throws a TypeError for what is no snapshot: above all one that nobody has waited for. */
export const checkSnapshot = (snapshot: Snapshot): void => {
  const given: unknown = snapshot
  if (isJsonObject(given) && isJsonObject(given['tables'])) return
  const hint = given instanceof Promise ? ' (await snapshot() where it takes requests)' : ''
  refuseOption('snapshot', `what snapshot() gives${hint}`, given)
}

export const takeSnapshot = (store: Store): Snapshot => ({
  revision: store.revision,
  tables: Object.fromEntries(
    [...store.tables.values()]
      .filter(({ size }) => size > 0)
      .map((table) => [table.id, table.sortedKeys().flatMap((key) => table.get(key)?.read() ?? [])]),
  ),
})

const definitions = 'apiextensions.k8s.io/customresourcedefinitions'

const sameContent = (left: KubeObject, right: KubeObject): boolean => {
  const { resourceVersion: _left, ...leftMeta } = left.metadata
  const { resourceVersion: _right, ...rightMeta } = right.metadata
  return jsonEqual({ ...left, metadata: leftMeta }, { ...right, metadata: rightMeta })
}

/** Published by each cluster for itself: its own authority is in it. */
export const isRootAuthority = (table: string, { metadata }: Pick<KubeObject, 'metadata'>): boolean =>
  table === '/configmaps' && metadata.name === 'kube-root-ca.crt'

/** Of a kind that is served, or that a definition of the snapshot makes so; a real server has more kinds than one in memory. */
const isKnown = (
  table: string,
  snapshot: Snapshot,
  registry: Pick<ResourceRegistry, 'storedIn'>,
): boolean => {
  const [group, plural] = table.split('/')
  const definition = `${plural}.${group}`
  return (
    registry.storedIn(table) !== undefined ||
    snapshot.tables[definitions]?.some(({ metadata }) => metadata.name === definition) === true
  )
}

/**
 * Makes the objects those of the snapshot again, uids, owners and marks of deletion with them, by ordinary writes:
 * watches see them, versions go on growing, and what did not change is left alone. The snapshot may be that of another
 * cluster, of any provider: what each cluster publishes of its own authority stays, and kinds that are not served here
 * are left out.
 */
export const restoreSnapshot = (
  { store, registry }: { readonly store: Store; readonly registry: Pick<ResourceRegistry, 'storedIn'> },
  snapshot: Snapshot,
): void => {
  checkSnapshot(snapshot)
  const wanted = new Map(
    Object.entries(snapshot.tables).filter(([table]) => isKnown(table, snapshot, registry)),
  )
  const ids = new Set([definitions, ...wanted.keys(), ...store.tables.keys()])
  for (const id of ids) {
    const table = store.table(id)
    const objects = wanted.get(id) ?? []
    const keys = new Set(objects.map(({ metadata }) => keyOf(metadata.namespace ?? '', metadata.name ?? '')))
    for (const stored of [...table.entries.values()]) {
      if (isRootAuthority(id, { metadata: { name: stored.name } })) continue
      if (!keys.has(keyOf(stored.namespace, stored.name))) store.remove(id, stored.namespace, stored.name)
    }
    for (const object of objects) {
      const current = table.get(keyOf(object.metadata.namespace ?? '', object.metadata.name ?? ''))
      if (current !== undefined && isRootAuthority(id, object)) continue
      if (current === undefined || !sameContent(current.read(), object))
        store.put(id, structuredClone(object))
    }
  }
}
