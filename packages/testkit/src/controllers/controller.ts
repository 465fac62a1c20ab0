import { controllerIdentity, systemIdentity } from '../auth/identity.ts'
import { soon } from '../clock/clock.ts'
import type { Clock } from '../clock/clock.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Api, Target, WriteOptions } from '../verbs/api.ts'
import { runInBackground } from '../verbs/verb.ts'
import type { Verb } from '../verbs/verb.ts'

/** How controllers inside the server write. */
export const controllerOptions: WriteOptions = {
  identity: controllerIdentity,
  dryRun: false,
  fieldValidation: 'Ignore',
  manager: 'kube-controller-manager',
  warn: () => undefined,
}

/** How the server itself writes. */
export const serverOptions: WriteOptions = {
  ...controllerOptions,
  identity: systemIdentity,
  manager: 'kube-apiserver',
}

export interface Controller {
  stop(): void
}

const firstPauseMs = 100
const longestPauseMs = 60_000

/**
 * Works on keys one after the other, each once however often it was added meanwhile, never within the caller's own turn.
 * What fails (webhooks and policies may refuse it, or not be there) is tried again after a pause that doubles, or with
 * the next event of its object.
 */
export const keyedWork = (
  work: (key: string) => Verb<void>,
  clock: Pick<Clock, 'after'>,
): { add: (key: string) => void; stop: () => void } => {
  const keys = new Set<string>()
  const failures = new Map<string, number>()
  const pauses = new Map<string, () => void>()
  let isRunning = false
  let isStopped = false
  const retry = (key: string): void => {
    if (isStopped || pauses.has(key)) return
    const count = failures.get(key) ?? 0
    failures.set(key, count + 1)
    const pauseMs = Math.min(firstPauseMs * 2 ** count, longestPauseMs)
    pauses.set(
      key,
      clock.after(pauseMs, () => {
        pauses.delete(key)
        add(key)
      }),
    )
  }
  function* all(): Verb<void> {
    for (const key of keys) {
      if (isStopped) return
      keys.delete(key)
      try {
        yield* work(key)
        failures.delete(key)
      } catch {
        retry(key)
      }
    }
    isRunning = false
  }
  const add = (key: string): void => {
    keys.add(key)
    if (isRunning || isStopped) return
    isRunning = true
    // after the answer to the request that caused it, as a controller behind a watch would
    soon(() => runInBackground(all()))
  }
  return {
    add,
    stop() {
      isStopped = true
      for (const cancel of pauses.values()) cancel()
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
