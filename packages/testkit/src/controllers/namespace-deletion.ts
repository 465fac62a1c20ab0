import { ApiError } from '../api-error.ts'
import { recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import { deleteObject } from '../verbs/delete-object.ts'
import { timestampOf } from '../verbs/api.ts'
import type { Api } from '../verbs/api.ts'
import { changeObject } from '../verbs/update-object.ts'
import type { Verb } from '../verbs/verb.ts'
import { controllerOptions, keyedWork } from './controller.ts'
import type { Controller } from './controller.ts'
import { namespaceConditions } from './namespace-conditions.ts'
import type { Remaining } from './namespace-conditions.ts'

const table = '/namespaces'
const ownFinalizer = 'kubernetes'

interface Counts {
  readonly byResource: Map<string, number>
  readonly byFinalizer: Map<string, number>
}

/** Empties namespaces that are being deleted, says in their conditions what is left, then lets them go. */
export const namespaceDeletion = (api: Api): Controller => {
  const { store, registry } = api
  const isTerminating = (name: string): boolean =>
    Boolean(store.get(table, '', name)?.read().metadata.deletionTimestamp)
  /** Deletes what a namespace has of one resource; throws the first refusal. */
  function* emptiedOf(resource: Resource, name: string, counts: Counts): Verb<void> {
    // a collection that is deleted asks about its objects without their names
    const asked = { resource, namespace: name, name: '', subresource: '' }
    for (const { namespace, name: of } of [...store.table(resource.table).entries.values()]) {
      if (namespace !== name) continue
      const target = { ...asked, name: of }
      yield* deleteObject(api, target, { propagationPolicy: 'Background' }, controllerOptions, asked)
      const left = store.get(resource.table, namespace, of)?.read()
      if (left === undefined) continue
      const key = `${resource.plural}.${resource.group}`
      counts.byResource.set(key, (counts.byResource.get(key) ?? 0) + 1)
      for (const finalizer of left.metadata.finalizers ?? [])
        counts.byFinalizer.set(finalizer, (counts.byFinalizer.get(finalizer) ?? 0) + 1)
    }
  }
  function* emptied(name: string): Verb<Remaining> {
    const counts: Counts = { byResource: new Map(), byFinalizer: new Map() }
    const failures: string[] = []
    for (const resource of registry.stored()) {
      if (!resource.namespaced) continue
      try {
        yield* emptiedOf(resource, name, counts)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        failures.push(error.message)
      }
    }
    return { ...counts, failures }
  }
  function* write(name: string, subresource: string, change: (old: KubeObject) => KubeObject): Verb<void> {
    const resource = registry.find('', 'v1', 'namespaces')
    if (resource !== undefined)
      yield* changeObject(api, { resource, namespace: '', name, subresource }, change, controllerOptions)
  }
  const queue = keyedWork(function* (name): Verb<void> {
    const namespace = store.get(table, '', name)?.read()
    if (!namespace?.metadata.deletionTimestamp) return
    const finalizers = recordAt(namespace, 'spec')['finalizers']
    // emptied already: what holds it now is not ours
    if (!Array.isArray(finalizers) || !finalizers.includes(ownFinalizer)) return
    const remaining = yield* emptied(name)
    yield* write(name, 'status', (old) => ({
      ...old,
      status: {
        ...recordAt(old, 'status'),
        conditions: namespaceConditions(old, remaining, timestampOf(api.clock.now())),
      },
    }))
    if (remaining.failures.length > 0) throw new Error('not everything could be deleted')
    if (remaining.byResource.size > 0) return
    yield* write(name, 'finalize', (old) => ({
      ...old,
      spec: {
        ...recordAt(old, 'spec'),
        finalizers: finalizers.filter((finalizer) => finalizer !== ownFinalizer),
      },
    }))
  }, api.clock)
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
