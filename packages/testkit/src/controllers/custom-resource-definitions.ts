import { systemIdentity } from '../auth/identity.ts'
import { customResourcesOf } from '../resources/custom-resources.ts'
import { cleanupFinalizer } from '../strategies/custom-resource-definition.ts'
import type { Api, WriteOptions } from '../verbs/api.ts'
import { deleteObject } from '../verbs/delete-object.ts'
import { changeObject } from '../verbs/update-object.ts'

const table = 'apiextensions.k8s.io/customresourcedefinitions'
const options: WriteOptions = {
  identity: systemIdentity,
  dryRun: false,
  fieldValidation: 'Ignore',
  warn: () => undefined,
}

/** Serves what the CustomResourceDefinitions say, and empties a resource whose definition is being deleted. Part of the server. */
export const serveCustomResources = (
  api: Api,
  endWatches: (group: string, plural: string) => void,
): (() => void) => {
  const { store, registry } = api
  const cleanUp = (name: string): void => {
    const stored = store.get(table, '', name)
    const definitions = registry.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions')
    if (stored === undefined || definitions === undefined) return
    const resource = customResourcesOf(stored.read()).find(({ isStored }) => isStored)
    if (resource !== undefined && store.table(resource.table).size > 0) {
      for (const { namespace, name: of } of [...store.table(resource.table).entries.values()]) {
        deleteObject(api, { resource, namespace, name: of, subresource: '' }, {}, options)
      }
      if (store.table(resource.table).size > 0) return
    }
    changeObject(
      api,
      { resource: definitions, namespace: '', name, subresource: '' },
      (old) => ({
        ...old,
        metadata: {
          ...old.metadata,
          finalizers: (old.metadata.finalizers ?? []).filter((finalizer) => finalizer !== cleanupFinalizer),
        },
      }),
      options,
    )
  }
  const waiting = new Map<string, () => void>()
  const stopWaiting = (name: string): void => {
    waiting.get(name)?.()
    waiting.delete(name)
  }
  const unsubscribe = store.table(table).subscribe(({ type, current }) => {
    const definition = current.read()
    if (type === 'DELETED') {
      registry.setCustom(current.name, [])
      const [gone] = customResourcesOf(definition)
      if (gone !== undefined) endWatches(gone.group, gone.plural)
      stopWaiting(current.name)
      return
    }
    const resources = customResourcesOf(definition)
    registry.setCustom(current.name, resources)
    const isLeaving =
      definition.metadata.deletionTimestamp && definition.metadata.finalizers?.includes(cleanupFinalizer)
    const [resource] = resources
    if (!isLeaving || waiting.has(current.name) || resource === undefined) return
    waiting.set(
      current.name,
      store.table(resource.table).subscribe((change) => {
        if (change.type === 'DELETED' && store.table(resource.table).size === 0)
          queueMicrotask(() => cleanUp(current.name))
      }),
    )
    // after the answer to the delete, as a controller would
    queueMicrotask(() => cleanUp(current.name))
  })
  return () => {
    unsubscribe()
    for (const name of [...waiting.keys()]) stopWaiting(name)
  }
}
