import type { KubeObject, OwnerReference } from '../kube-object.ts'
import type { Change } from '../storage/store.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import { deleteObject } from '../verbs/delete-object.ts'
import { foregroundFinalizer, orphanFinalizer } from '../verbs/delete-options.ts'
import type { PropagationPolicy } from '../verbs/delete-options.ts'
import type { Api } from '../verbs/api.ts'
import { changeObject } from '../verbs/update-object.ts'
import type { Verb } from '../verbs/verb.ts'
import { controllerOptions, keyedWork, targetOf, withoutFinalizer } from './controller.ts'
import type { Controller } from './controller.ts'

interface Node {
  readonly table: string
  readonly stored: StoredObject
}

type OwnerState = 'solid' | 'dangling' | 'waiting' | 'unknown'

/** Takes away what has lost its owners, and holds owners until what blocks them is gone: background, foreground, orphan. */
export class GarbageCollection implements Controller {
  readonly #api: Api
  readonly #nodes = new Map<string, Node>()
  readonly #dependents = new Map<string, Set<string>>()
  readonly #queue: ReturnType<typeof keyedWork>
  readonly #unsubscribe: () => void

  constructor(api: Api) {
    this.#api = api
    this.#queue = keyedWork((uid) => this.#work(uid), api.clock)
    for (const [table, { entries }] of api.store.tables)
      for (const stored of entries.values()) this.#put(table, stored)
    this.#unsubscribe = api.store.subscribe((change) => this.#onChange(change))
    for (const uid of this.#nodes.keys()) this.#queue.add(uid)
  }

  stop(): void {
    this.#unsubscribe()
    this.#queue.stop()
  }

  #put(table: string, stored: StoredObject): void {
    this.#forget(stored.uid)
    this.#nodes.set(stored.uid, { table, stored })
    for (const { uid } of stored.owners) {
      const dependents = this.#dependents.get(uid) ?? new Set()
      dependents.add(stored.uid)
      this.#dependents.set(uid, dependents)
    }
  }

  #forget(uid: string): void {
    for (const owner of this.#nodes.get(uid)?.stored.owners ?? []) {
      const dependents = this.#dependents.get(owner.uid)
      dependents?.delete(uid)
      if (dependents?.size === 0) this.#dependents.delete(owner.uid)
    }
    this.#nodes.delete(uid)
  }

  #onChange({ type, table, current }: Change): void {
    const owners = this.#nodes.get(current.uid)?.stored.owners ?? []
    if (type === 'DELETED') {
      this.#forget(current.uid)
      for (const dependent of this.#dependents.get(current.uid) ?? []) this.#queue.add(dependent)
    } else {
      this.#put(table, current)
      if (current.isDeleting || current.owners.length > 0) this.#queue.add(current.uid)
    }
    // an owner that waits in the foreground may be free now
    for (const { uid } of owners) this.#queue.add(uid)
  }

  *#work(uid: string): Verb<void> {
    const node = this.#nodes.get(uid)
    if (node === undefined) return
    if (node.stored.isDeleting && node.stored.finalizers.includes(orphanFinalizer))
      yield* this.#orphan(uid, node)
    else if (node.stored.isDeleting && node.stored.finalizers.includes(foregroundFinalizer))
      yield* this.#foreground(uid, node)
    else if (!node.stored.isDeleting && node.stored.owners.length > 0) yield* this.#judge(uid, node)
  }

  *#orphan(uid: string, node: Node): Verb<void> {
    for (const dependent of [...(this.#dependents.get(uid) ?? [])])
      yield* this.#dropOwners(dependent, new Set([uid]))
    yield* this.#change(node, (object) => withoutFinalizer(object, orphanFinalizer))
  }

  *#foreground(uid: string, node: Node): Verb<void> {
    const dependents = [...(this.#dependents.get(uid) ?? [])]
    for (const dependent of dependents) this.#queue.add(dependent)
    const blocks = dependents.some((dependent) =>
      this.#nodes
        .get(dependent)
        ?.stored.owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
    )
    if (!blocks) yield* this.#change(node, (object) => withoutFinalizer(object, foregroundFinalizer))
  }

  *#judge(uid: string, node: Node): Verb<void> {
    const states = node.stored.owners.map((owner) => ({ owner, state: this.#stateOf(owner, node) }))
    if (states.some(({ state }) => state === 'unknown')) return
    const gone = states.filter(({ state }) => state !== 'solid')
    if (gone.length < states.length) {
      if (gone.length > 0) yield* this.#dropOwners(uid, new Set(gone.map(({ owner }) => owner.uid)))
      return
    }
    const isWaitedFor = states.some(({ state }) => state === 'waiting')
    const hasDependents = (this.#dependents.get(uid)?.size ?? 0) > 0
    yield* this.#delete(node, isWaitedFor && hasDependents ? 'Foreground' : this.#ownPolicy(node))
  }

  #ownPolicy({ stored: { finalizers } }: Node): PropagationPolicy {
    if (finalizers.includes(orphanFinalizer)) return 'Orphan'
    return finalizers.includes(foregroundFinalizer) ? 'Foreground' : 'Background'
  }

  #stateOf(owner: OwnerReference, dependent: Node): OwnerState {
    const resource = this.#api.registry.findKind(owner.apiVersion, owner.kind)
    if (resource === undefined) return 'unknown'
    const namespace = resource.namespaced ? dependent.stored.namespace : ''
    const stored = this.#api.store.get(resource.table, namespace, owner.name)
    if (stored?.uid !== owner.uid) return 'dangling'
    const node = this.#nodes.get(owner.uid)
    const waits =
      node !== undefined && node.stored.isDeleting && node.stored.finalizers.includes(foregroundFinalizer)
    return waits && owner.blockOwnerDeletion === true ? 'waiting' : 'solid'
  }

  *#dropOwners(uid: string, owners: ReadonlySet<string>): Verb<void> {
    const node = this.#nodes.get(uid)
    if (node === undefined) return
    yield* this.#change(node, (object) => ({
      ...object,
      metadata: {
        ...object.metadata,
        ownerReferences: (object.metadata.ownerReferences ?? []).filter((owner) => !owners.has(owner.uid)),
      },
    }))
  }

  *#change(node: Node, change: (object: KubeObject) => KubeObject): Verb<void> {
    const target = targetOf(this.#api, node.table, node.stored)
    if (target !== undefined) yield* changeObject(this.#api, target, change, controllerOptions)
  }

  *#delete(node: Node, propagationPolicy: PropagationPolicy): Verb<void> {
    const target = targetOf(this.#api, node.table, node.stored)
    if (target === undefined) return
    yield* deleteObject(
      this.#api,
      target,
      {
        propagationPolicy,
        preconditions: { uid: node.stored.uid, resourceVersion: String(node.stored.revision) },
      },
      controllerOptions,
    )
  }
}
