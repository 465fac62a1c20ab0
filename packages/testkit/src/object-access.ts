import { adminIdentity } from './auth/identity.ts'
import { checkWait } from './check-wait.ts'
import { acceptNames } from './controllers/definition-names.ts'
import { pointConversions } from './conversion/point-conversions.ts'
import type { ClusterEnd } from './cluster-end.ts'
import type { InMemoryCluster, KindRef } from './cluster.ts'
import { readDefinitions, readObjects } from './fixtures.ts'
import type { KubeObject } from './kube-object.ts'
import { mergePatch } from './patch/merge-patch.ts'
import type { Resource } from './resources/resource.ts'
import { tell } from './tell.ts'
import { viewOf } from './verbs/api.ts'
import type { Api, WriteOptions } from './verbs/api.ts'
import { createObject } from './verbs/create-object.ts'
import { changeObject } from './verbs/update-object.ts'
import { run } from './verbs/verb.ts'
import type { Verb } from './verbs/verb.ts'
import { waitFor } from './wait-for.ts'

const definitions = 'apiextensions.k8s.io/customresourcedefinitions'

const fixtureOptions: WriteOptions = {
  identity: adminIdentity,
  dryRun: false,
  fieldValidation: 'Ignore',
  manager: 'odfmo-testkit',
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
function* applyObject(api: Api, object: KubeObject, options: WriteOptions): Verb<void> {
  const resource = resourceOf(api, object)
  const namespace = resource.namespaced ? (object.metadata.namespace ?? 'default') : ''
  const target = { resource, namespace, name: object.metadata.name ?? '', subresource: '' }
  const { status, ...rest } = object
  const isDefinition = resource.table === definitions
  const exists = target.name !== '' && api.store.get(resource.table, namespace, target.name) !== undefined
  const written = exists
    ? yield* changeObject(api, target, (old) => mergePatch(old, rest), options)
    : yield* createObject(api, { ...target, name: '' }, structuredClone(rest), options)
  // who calls next finds its objects served
  if (isDefinition) yield* acceptNames(api, object.metadata.name ?? '')
  if (status === undefined || isDefinition || !resource.subresources.includes('status')) return
  yield* changeObject(
    api,
    { ...target, name: written.metadata.name ?? '', subresource: 'status' },
    (old) => mergePatch(old, { status }),
    options,
  )
}

/** One after the other. */
export function* applyAll(
  api: Api,
  objects: readonly KubeObject[],
  options: WriteOptions = fixtureOptions,
): Verb<void> {
  for (const object of objects) yield* applyObject(api, object, options)
}

type ObjectAccess = Pick<
  InMemoryCluster,
  'installCrds' | 'apply' | 'get' | 'list' | 'on' | 'onChange' | 'wait'
>

const usualWaitMs = 30_000

/** Reads and writes of a cluster's objects without a request: for fixtures and for looking, until it has ended. */
export const objectAccess = (api: Api, name: string, end: ClusterEnd): ObjectAccess => {
  const { store } = api
  const resourceNow = (kind: KindRef): Resource => {
    end.check()
    return resourceOf(api, kind)
  }
  const access: ObjectAccess = {
    // async: a wrong object rejects, and what another provider does takes a request
    async installCrds(sources, options = {}) {
      end.check()
      const list = Array.isArray(sources) ? (sources as readonly (string | object)[]) : [sources]
      await run(applyAll(api, pointConversions(readDefinitions(list), options.conversion)))
    },
    async apply(...objects) {
      end.check()
      await run(applyAll(api, readObjects(objects)))
    },
    get(kind, key) {
      const resource = resourceNow(kind)
      const stored = store.get(
        resource.table,
        resource.namespaced ? (key.namespace ?? 'default') : '',
        key.name,
      )
      return stored === undefined ? undefined : viewOf(resource, stored)
    },
    list(kind, namespace) {
      const resource = resourceNow(kind)
      const table = store.table(resource.table)
      return table
        .sortedKeys()
        .flatMap((key) => table.get(key) ?? [])
        .filter((stored) => namespace === undefined || stored.namespace === namespace)
        .map((stored) => viewOf(resource, stored))
    },
    on(kind, listener) {
      const resource = resourceNow(kind)
      let isOver = false
      const unsubscribe = store.table(resource.table).subscribe(({ type, current }) => {
        const tellIt = (): void => tell(() => listener({ type, object: viewOf(resource, current) }))
        if (resource.conversion?.isAsked === true) resource.conversion.inTurn([current], tellIt, () => isOver)
        else tellIt()
      })
      return () => {
        isOver = true
        unsubscribe()
      }
    },
    onChange: (listener) => store.subscribe(() => tell(listener)),
    async wait(read, options = {}) {
      checkWait('wait', options)
      return waitFor({
        clusters: [{ name, onStop: end.onStop }],
        read,
        subscribe: (listener) => store.subscribe(listener),
        timeoutMs: options.timeoutMs,
        usualMs: usualWaitMs,
      })
    },
  }
  return access
}
