import { systemIdentity } from './auth/identity.ts'
import { systemClock } from './clock/clock.ts'
import type { Cluster, KindRef } from './cluster.ts'
import { readObjects } from './fixtures.ts'
import type { KubeObject } from './kube-object.ts'
import { mergePatch } from './patch/merge-patch.ts'
import type { Resource } from './resources/resource.ts'
import { viewOf } from './verbs/api.ts'
import type { Api, WriteOptions } from './verbs/api.ts'
import { createObject } from './verbs/create-object.ts'
import { changeObject } from './verbs/update-object.ts'

const fixtureOptions: WriteOptions = {
  identity: systemIdentity,
  dryRun: false,
  fieldValidation: 'Ignore',
  warn: () => undefined,
}

const resourceOf = (api: Api, { apiVersion, kind }: KindRef): Resource => {
  const resource = api.registry.findKind(apiVersion, kind)
  if (resource === undefined)
    throw new Error(
      `no resource of ${apiVersion} ${kind} is served; is its CustomResourceDefinition installed?`,
    )
  return resource
}

/** Creates an object, or merges it into what is there; its status too. */
export const applyObject = (api: Api, object: KubeObject): void => {
  const resource = resourceOf(api, object)
  const namespace = resource.namespaced ? (object.metadata.namespace ?? 'default') : ''
  const target = { resource, namespace, name: object.metadata.name ?? '', subresource: '' }
  const { status, ...rest } = object
  const exists = target.name !== '' && api.store.get(resource.table, namespace, target.name) !== undefined
  const written = exists
    ? changeObject(api, target, (old) => mergePatch(old, rest), fixtureOptions)
    : createObject(api, { ...target, name: '' }, structuredClone(rest), fixtureOptions)
  if (status === undefined || !resource.subresources.includes('status')) return
  changeObject(
    api,
    { ...target, name: written.metadata.name ?? '', subresource: 'status' },
    (old) => mergePatch(old, { status }),
    fixtureOptions,
  )
}

type ObjectAccess = Pick<Cluster, 'installCrds' | 'apply' | 'get' | 'list' | 'on' | 'onChange' | 'wait'>

const waitTimeoutMs = 10_000

/** Reads and writes of a cluster's objects without a request: for fixtures and for looking. */
export const objectAccess = (api: Api): ObjectAccess => {
  const { store } = api
  const access: ObjectAccess = {
    // async: a wrong object rejects, and what another provider does takes a request
    async installCrds(sources) {
      const list = Array.isArray(sources) ? (sources as readonly (string | object)[]) : [sources]
      for (const definition of readObjects(list)) applyObject(api, definition)
    },
    async apply(...objects) {
      for (const object of readObjects(objects)) applyObject(api, object)
    },
    get(kind, key) {
      const resource = resourceOf(api, kind)
      const stored = store.get(
        resource.table,
        resource.namespaced ? (key.namespace ?? 'default') : '',
        key.name,
      )
      return stored === undefined ? undefined : viewOf(resource, stored)
    },
    list(kind, namespace) {
      const resource = resourceOf(api, kind)
      const table = store.table(resource.table)
      return table
        .sortedKeys()
        .flatMap((key) => table.get(key) ?? [])
        .filter((stored) => namespace === undefined || stored.namespace === namespace)
        .map((stored) => viewOf(resource, stored))
    },
    on(kind, listener) {
      const resource = resourceOf(api, kind)
      return store
        .table(resource.table)
        .subscribe(({ type, current }) => listener({ type, object: viewOf(resource, current) }))
    },
    onChange: (listener) => store.subscribe(() => listener()),
    wait: (read, options = {}) =>
      new Promise((resolve, reject) => {
        const found = read()
        if (found !== undefined) {
          resolve(found)
          return
        }
        const timeoutMs = options.timeoutMs ?? waitTimeoutMs
        const cancel = systemClock.after(timeoutMs, () => {
          unsubscribe()
          reject(new Error(`what was waited for did not come within ${timeoutMs} ms`))
        })
        const look = (): void => {
          try {
            const value = read()
            if (value === undefined) return
            resolve(value)
          } catch (error) {
            reject(error)
          }
          unsubscribe()
          cancel()
        }
        const unsubscribe = store.subscribe(look)
      }),
  }
  return access
}
