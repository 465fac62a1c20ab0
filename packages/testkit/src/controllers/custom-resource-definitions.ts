import type { WebhookNetwork } from '../admission/ask-webhook.ts'
import { ConversionWebhook } from '../conversion/conversion-webhook.ts'
import { customResourcesOf } from '../resources/custom-resources.ts'
import { isEstablished } from '../resources/established.ts'
import { cleanupFinalizer } from '../strategies/custom-resource-definition.ts'
import { jsonEqual } from '../kube-object.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Api } from '../verbs/api.ts'
import { deleteObject } from '../verbs/delete-object.ts'
import { changeObject } from '../verbs/update-object.ts'
import type { Verb } from '../verbs/verb.ts'
import { keyedWork, serverOptions } from './controller.ts'
import { acceptNames } from './definition-names.ts'

const table = 'apiextensions.k8s.io/customresourcedefinitions'

/** Serves what the CustomResourceDefinitions say, and empties a resource whose definition is being deleted. Part of the server. */
export const serveCustomResources = (
  api: Api,
  endWatches: (group: string, plural: string) => void,
  network: WebhookNetwork,
): (() => void) => {
  const { store, registry } = api
  const hasService = (namespace: string, name: string): boolean =>
    store.get('/services', namespace, name) !== undefined
  const webhookOf = (conversion: Record<string, unknown>): ConversionWebhook =>
    new ConversionWebhook(conversion, { ...network, hasService, clock: api.clock })
  const metadataJson = registry.find('', 'v1', 'configmaps')?.typed?.json
  // what goes with its definition goes unasked: neither webhooks nor policies hear of it
  const unasked: Api = { ...api, chain: { mutating: [], validating: [] } }
  function* cleanUp(stored: StoredObject): Verb<void> {
    const { name } = stored
    const definitions = registry.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions')
    if (definitions === undefined) return
    const served = customResourcesOf(stored.read(), { webhookOf })
    const found = served.find(({ isStored }) => isStored) ?? served[0]
    // as they are stored: no webhook is asked, and what nobody can read goes too
    const resource = found === undefined ? undefined : { ...found, conversion: undefined }
    if (resource !== undefined && store.table(resource.table).size > 0) {
      for (const { namespace, name: of } of [...store.table(resource.table).entries.values()]) {
        yield* deleteObject(unasked, { resource, namespace, name: of, subresource: '' }, {}, serverOptions)
      }
      if (store.table(resource.table).size > 0) return
    }
    // through its status: what is wrong with the rest of a definition does not keep it
    yield* changeObject(
      api,
      { resource: definitions, namespace: '', name, subresource: 'status' },
      (old) => ({
        ...old,
        metadata: {
          ...old.metadata,
          finalizers: (old.metadata.finalizers ?? []).filter((finalizer) => finalizer !== cleanupFinalizer),
        },
      }),
      serverOptions,
    )
  }
  const queue = keyedWork(function* (name): Verb<void> {
    const stored = store.get(table, '', name)
    if (stored?.isDeleting !== true) yield* acceptNames(api, name)
    else if (stored.finalizers.includes(cleanupFinalizer)) yield* cleanUp(stored)
  }, api.clock)
  const waiting = new Map<string, () => void>()
  const stopWaiting = (name: string): void => {
    waiting.get(name)?.()
    waiting.delete(name)
  }
  /** Of the definitions as they are served. */
  const generations = new Map<string, number | undefined>()
  const unsubscribe = store.table(table).subscribe(({ type, current }) => {
    const definition = current.read()
    if (type === 'DELETED') {
      registry.setCustom(current.name, [])
      const [gone] = customResourcesOf(definition)
      if (gone !== undefined) endWatches(gone.group, gone.plural)
      generations.delete(current.name)
      stopWaiting(current.name)
      return
    }
    queue.add(current.name)
    if (!isEstablished(definition)) return
    const resources = customResourcesOf(definition, { metadataJson, webhookOf }).map((resource) => {
      const before = registry.find(resource.group, resource.version, resource.plural)
      const isSameSchema = jsonEqual(before?.schema, resource.schema)
      return { ...resource, schemaRevision: isSameSchema ? before?.schemaRevision : current.revision }
    })
    registry.setCustom(current.name, resources)
    const { generation, deletionTimestamp } = definition.metadata
    const [served] = resources
    if (served !== undefined && !deletionTimestamp && generations.get(current.name) !== generation) {
      // served anew: who watches has to list again
      generations.set(current.name, generation)
      store.table(served.table).restart(current.revision)
      endWatches(served.group, served.plural)
    }
    const isLeaving =
      definition.metadata.deletionTimestamp && definition.metadata.finalizers?.includes(cleanupFinalizer)
    const [resource] = resources
    if (!isLeaving || waiting.has(current.name) || resource === undefined) return
    waiting.set(
      current.name,
      store.table(resource.table).subscribe((change) => {
        if (change.type === 'DELETED' && store.table(resource.table).size === 0) queue.add(current.name)
      }),
    )
  })
  return () => {
    unsubscribe()
    queue.stop()
    for (const name of [...waiting.keys()]) stopWaiting(name)
  }
}
