import { systemIdentity } from '../auth/identity.ts'
import { soon } from '../clock/clock.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Api, Target, WriteOptions } from '../verbs/api.ts'

/** How controllers inside the server write. */
export const controllerOptions: WriteOptions = {
  identity: systemIdentity,
  dryRun: false,
  fieldValidation: 'Ignore',
  warn: () => undefined,
}

export interface Controller {
  stop(): void
}

/** Works on keys one after the other, each once however often it was added meanwhile, never within the caller's own turn. */
export const keyedWork = (work: (key: string) => void): { add: (key: string) => void; stop: () => void } => {
  const keys = new Set<string>()
  let isRunning = false
  let isStopped = false
  const run = (): void => {
    for (const key of keys) {
      if (isStopped) return
      keys.delete(key)
      try {
        work(key)
      } catch {
        // refused by validation or by a later change: the next event of the object brings it back
      }
    }
    isRunning = false
  }
  return {
    add(key) {
      keys.add(key)
      if (isRunning || isStopped) return
      isRunning = true
      // after the answer to the request that caused it, as a controller behind a watch would
      soon(run)
    },
    stop() {
      isStopped = true
      keys.clear()
    },
  }
}

/** The target of a stored object in the version it is kept in; undefined when its kind is no longer served. */
export const targetOf = (api: Api, table: string, stored: StoredObject): Target | undefined => {
  const resource: Resource | undefined = api.registry.storedIn(table)
  return resource === undefined
    ? undefined
    : { resource, namespace: stored.namespace, name: stored.name, subresource: '' }
}

/** The object without one of its finalizers. */
export const withoutFinalizer = (object: KubeObject, finalizer: string): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    finalizers: (object.metadata.finalizers ?? []).filter((name) => name !== finalizer),
  },
})
