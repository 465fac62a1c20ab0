import { recordAt } from '../kube-object.ts'
import { deleteObject } from '../verbs/delete-object.ts'
import type { Api } from '../verbs/api.ts'
import { changeObject } from '../verbs/update-object.ts'
import { controllerOptions, keyedWork } from './controller.ts'
import type { Controller } from './controller.ts'

const table = '/namespaces'

/** Empties namespaces that are being deleted, then lets them go. */
export const namespaceDeletion = (api: Api): Controller => {
  const { store, registry } = api
  const isTerminating = (name: string): boolean =>
    Boolean(store.get(table, '', name)?.read().metadata.deletionTimestamp)
  const empty = (name: string): boolean => {
    let isEmpty = true
    for (const resource of registry.stored()) {
      if (!resource.namespaced) continue
      for (const stored of [...store.table(resource.table).entries.values()]) {
        if (stored.namespace !== name) continue
        deleteObject(
          api,
          { resource, namespace: name, name: stored.name, subresource: '' },
          { propagationPolicy: 'Background' },
          controllerOptions,
        )
        if (store.get(resource.table, name, stored.name) !== undefined) isEmpty = false
      }
    }
    return isEmpty
  }
  const queue = keyedWork((name) => {
    const namespaces = registry.find('', 'v1', 'namespaces')
    if (namespaces === undefined || !isTerminating(name) || !empty(name)) return
    changeObject(
      api,
      { resource: namespaces, namespace: '', name, subresource: 'finalize' },
      (old) => ({ ...old, spec: { ...recordAt(old, 'spec'), finalizers: [] } }),
      controllerOptions,
    )
  })
  // looked at for every deletion in the cluster, so it must be cheap
  const terminating = new Set<string>()
  const look = (name: string): void => {
    if (!isTerminating(name)) {
      terminating.delete(name)
      return
    }
    terminating.add(name)
    queue.add(name)
  }
  const unsubscribe = store.subscribe(({ type, table: changed, current }) => {
    if (changed === table) look(current.name)
    else if (type === 'DELETED' && terminating.has(current.namespace)) queue.add(current.namespace)
  })
  for (const name of store.table(table).sortedKeys()) look(name)
  return {
    stop() {
      unsubscribe()
      queue.stop()
    },
  }
}
