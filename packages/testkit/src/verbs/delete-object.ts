import { conflict, forbidden, success } from '../api-error.ts'
import type { Named, Status } from '../api-error.ts'
import type { KubeObject, ObjectMeta } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import { timestampOf, viewOf } from './api.ts'
import type { Api, Target, WriteOptions } from './api.ts'
import { normalized } from './object-meta.ts'
import { readObject } from './read-object.ts'

export type PropagationPolicy = 'Orphan' | 'Background' | 'Foreground'

export interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly propagationPolicy?: PropagationPolicy
}

export const orphanFinalizer = 'orphan'
export const foregroundFinalizer = 'foregroundDeletion'

const finalizersAfter = (
  meta: ObjectMeta,
  policy: PropagationPolicy | undefined,
  always: readonly string[],
): string[] => {
  const finalizers = meta.finalizers ?? []
  if (policy === undefined) return [...new Set([...finalizers, ...always])]
  const rest = finalizers.filter(
    (finalizer) => finalizer !== orphanFinalizer && finalizer !== foregroundFinalizer,
  )
  const wanted =
    policy === 'Orphan' ? [orphanFinalizer] : policy === 'Foreground' ? [foregroundFinalizer] : []
  return [...new Set([...rest, ...always, ...wanted])]
}

/** Here the real server names the kind where it says the resource elsewhere. */
const kindOf = ({ group, kind }: Resource): Named => ({ group, plural: kind })

const checkPreconditions = (target: Target, stored: StoredObject, { preconditions }: DeleteOptions): void => {
  const { resource, name } = target
  if (preconditions?.uid !== undefined && preconditions.uid !== stored.uid) {
    throw conflict(
      kindOf(resource),
      name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${stored.uid}). The object might have been deleted and then recreated`,
    )
  }
  const wanted = preconditions?.resourceVersion
  if (wanted !== undefined && wanted !== String(stored.revision)) {
    throw conflict(
      kindOf(resource),
      name,
      `the ResourceVersion in the precondition (${wanted}) does not match the ResourceVersion in record (${stored.revision}). The object might have been modified`,
    )
  }
}

/** Namespaces hold themselves by `spec.finalizers` as well. */
const heldBySpec = (object: KubeObject): boolean => {
  if (object.kind !== 'Namespace' || object.apiVersion !== 'v1') return false
  const spec = object['spec'] as { finalizers?: unknown[] } | undefined
  return (spec?.finalizers ?? []).length > 0
}

/** Deletes an object, or marks it as being deleted while finalizers hold it. Answers what the real server answers. */
export const deleteObject = (
  api: Api,
  target: Target,
  deletion: DeleteOptions,
  options: WriteOptions,
): KubeObject | Status => {
  const { resource } = target
  const { strategy } = resource
  const stored = readObject(api, target)
  const refusal = strategy.refuseDelete?.(target.name)
  if (refusal !== undefined) throw forbidden(resource, target.name, refusal)
  checkPreconditions(target, stored, deletion)
  const object = stored.read()
  const { metadata } = object
  const finalizers = metadata.deletionTimestamp
    ? finalizersAfter(metadata, undefined, [])
    : finalizersAfter(metadata, deletion.propagationPolicy, strategy.deletionFinalizers ?? [])
  if (finalizers.length === 0 && !heldBySpec(object)) {
    if (!options.dryRun) api.store.remove(resource.table, stored.namespace, stored.name)
    if (strategy.returnsDeleted === true) return viewOf(resource, stored)
    return success({
      name: stored.name,
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.plural,
      uid: stored.uid,
    })
  }
  if (metadata.deletionTimestamp) return viewOf(resource, stored)
  const marked = normalized({
    ...object,
    metadata: {
      ...metadata,
      finalizers,
      deletionTimestamp: timestampOf(api.clock.now()),
      deletionGracePeriodSeconds: 0,
      generation: metadata.generation === undefined ? undefined : metadata.generation + 1,
    },
  })
  // zero is a value here, and normalized() keeps it
  if (marked.kind === 'Namespace' && marked.apiVersion === 'v1')
    marked['status'] = { ...(marked['status'] as object), phase: 'Terminating' }
  if (options.dryRun) return resource.fromStored?.(marked) ?? marked
  return viewOf(resource, api.store.put(resource.table, marked))
}
