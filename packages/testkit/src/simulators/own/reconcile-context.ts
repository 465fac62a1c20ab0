import type { Kind, KubeObject as ApiObject } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../../access/cluster-client.ts'
import { conditionsWith } from '../../access/conditions.ts'
import type { NewCondition } from '../../access/conditions.ts'
import { ensure, ensureStatus } from '../../access/ensure.ts'
import type { Clock } from '../../clock/clock.ts'
import type { KindRef, ObjectKey } from '../../cluster.ts'
import type { KubeObject, ObjectMeta } from '../../kube-object.ts'
import { isJsonObject, listAt, recordAt } from '../../kube-object.ts'
import type { Discovery } from '../../remote/discovery.ts'

/** An object to be: whatever fields it has, its names in `metadata`. */
export interface WantedObject extends KindRef {
  readonly metadata: Readonly<ObjectMeta>
  readonly [field: string]: unknown
}

/** What a reconcile works with: every call is a request by the simulator's user. */
export interface ReconcileContext {
  readonly clock: Clock
  /** Aborted when the simulator is stopped: for waits of your own. */
  readonly signal: AbortSignal
  get(kind: KindRef, key: ObjectKey): Promise<KubeObject | undefined>
  /** Of one namespace, or of all. */
  list(kind: KindRef, namespace?: string): Promise<KubeObject[]>
  /** Creates the object, or merges its fields into what is there; nothing is written when none differs. Status too. */
  apply(wanted: WantedObject): Promise<KubeObject>
  /** The same of an object in the reconciled one's namespace that goes when it goes: it is its controller. */
  applyOwned(wanted: WantedObject): Promise<KubeObject>
  /** Merges fields into the status of the reconciled object, as it was read. */
  patchStatus(status: Readonly<Record<string, unknown>>): Promise<void>
  /** Sets a condition in its status; `lastTransitionTime` moves with the condition's status. */
  setCondition(condition: NewCondition): Promise<void>
  /** Nothing is done when it has it already. */
  addFinalizer(name: string): Promise<void>
  removeFinalizer(name: string): Promise<void>
  /** Deletes; what is gone already is no error. */
  delete(kind: KindRef, key: ObjectKey): Promise<void>
}

interface ContextOptions {
  readonly client: ClusterClient
  readonly discovery: Discovery
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly kind: Kind
  readonly object: KubeObject
  /** Enters what a write of the object answered. */
  readonly onWritten: (object: ApiObject) => void
}

const ownerOf = ({ apiVersion, kind, metadata }: KubeObject) => ({
  apiVersion,
  kind,
  name: metadata.name ?? '',
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
})

export const reconcileContext = (options: ContextOptions): ReconcileContext => {
  const { client, discovery, clock, signal, kind } = options
  let object = options.object
  const enter = (written: ApiObject): void => {
    object = written as KubeObject
    options.onWritten(written)
  }
  const keyIn = (served: Kind, { namespace, name }: ObjectKey): ObjectKey =>
    served.namespaced ? { namespace: namespace ?? object.metadata.namespace ?? 'default', name } : { name }
  const apply = async ({ status, ...wanted }: WantedObject): Promise<KubeObject> => {
    const served = await discovery.find(wanted)
    const key = keyIn(served, { namespace: wanted.metadata.namespace, name: wanted.metadata.name ?? '' })
    const placed = { ...wanted, metadata: { ...wanted.metadata, ...key } }
    const written = await ensure(client, served, placed as unknown as ApiObject)
    if (!isJsonObject(status) || !served.hasStatus) return written as KubeObject
    return (await ensureStatus(client, served, written, status)) as KubeObject
  }
  const setFinalizers = async (finalizers: readonly string[]): Promise<void> => {
    const { name = '', namespace, uid, resourceVersion } = object.metadata
    const patch = { metadata: { uid, resourceVersion, finalizers } }
    enter(await client.patch(kind, { namespace, name }, patch))
  }
  const patchStatus = async (status: Readonly<Record<string, unknown>>): Promise<void> =>
    enter(await ensureStatus(client, kind, object as ApiObject, status))
  return {
    clock,
    signal,
    async get(of, key) {
      const served = await discovery.find(of)
      return (await client.get(served, keyIn(served, key))) as KubeObject | undefined
    },
    async list(of, namespace) {
      const { items } = await client.list(await discovery.find(of), { namespace })
      return items.map((item) => ({ ...item, ...of }) as KubeObject)
    },
    apply,
    async applyOwned(wanted) {
      const metadata = { ...wanted.metadata, ownerReferences: [ownerOf(object)] }
      return apply({ ...wanted, metadata })
    },
    patchStatus,
    async setCondition(condition) {
      const conditions = listAt(recordAt(object, 'status'), 'conditions') as Parameters<
        typeof conditionsWith
      >[0]
      const changed = conditionsWith(conditions, [condition], clock.now())
      if (changed !== undefined) await patchStatus({ conditions: changed })
    },
    async addFinalizer(name) {
      const { finalizers = [] } = object.metadata
      if (!finalizers.includes(name)) await setFinalizers([...finalizers, name])
    },
    async removeFinalizer(name) {
      const { finalizers = [] } = object.metadata
      if (finalizers.includes(name)) await setFinalizers(finalizers.filter((one) => one !== name))
    },
    async delete(of, key) {
      const served = await discovery.find(of)
      await client.remove(served, keyIn(served, key))
    },
  }
}
