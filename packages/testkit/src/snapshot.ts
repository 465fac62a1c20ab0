import { jsonEqual } from './kube-object.ts'
import type { KubeObject } from './kube-object.ts'
import type { Store } from './storage/store.ts'
import { keyOf } from './storage/stored-object.ts'

/** All objects of a cluster at one moment: plain data, safe to keep and to write to a file. */
export interface Snapshot {
  readonly revision: number
  /** Objects as they are stored, by `group/plural`. */
  readonly tables: Readonly<Record<string, readonly KubeObject[]>>
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

/**
 * Makes the objects those of the snapshot again, by ordinary writes: watches see them, versions go on growing, and what
 * did not change is left alone.
 */
export const restoreSnapshot = (store: Store, snapshot: Snapshot): void => {
  const wanted = new Map(Object.entries(snapshot.tables))
  const ids = new Set([definitions, ...wanted.keys(), ...store.tables.keys()])
  for (const id of ids) {
    const table = store.table(id)
    const objects = wanted.get(id) ?? []
    const keys = new Set(objects.map(({ metadata }) => keyOf(metadata.namespace ?? '', metadata.name ?? '')))
    for (const stored of [...table.entries.values()]) {
      if (!keys.has(keyOf(stored.namespace, stored.name))) store.remove(id, stored.namespace, stored.name)
    }
    for (const object of objects) {
      const current = table.get(keyOf(object.metadata.namespace ?? '', object.metadata.name ?? ''))
      if (current === undefined || !sameContent(current.read(), object))
        store.put(id, structuredClone(object))
    }
  }
}
