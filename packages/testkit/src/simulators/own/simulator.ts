import type { Kind, KubeObject as ApiObject } from '@odfmo/api-types/meta'
import { isConflict } from '../../access/cluster-error.ts'
import type { LocalCopy } from '../../access/local-copy.ts'
import type { Cluster, KindRef, UserIdentity } from '../../cluster.ts'
import type { KubeObject } from '../../kube-object.ts'
import { failuresOn } from '../../failing-simulators.ts'
import { Discovery } from '../../remote/discovery.ts'
import { refuseOption } from '../../check-option.ts'
import { ControlLoop } from '../loop/control-loop.ts'
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import { checkDefinition } from './check-definition.ts'
import { reconcileContext } from './reconcile-context.ts'
import type { ReconcileContext } from './reconcile-context.ts'

/** When to look again. */
export interface ReconcileResult {
  readonly requeueAfterMs?: number
}

/** A kind that is watched, and which reconciled objects its changes concern. */
export interface SimulatorWatch extends KindRef {
  /** `namespace/name` of each of them, or `name`. */
  readonly concerns: (object: KubeObject) => readonly string[]
}

/** What an operator does. */
export interface SimulatorDefinition extends SimulatorOptions {
  /** In its user agent and in what it logs. */
  readonly name: string
  /** The kind whose objects are reconciled: each after its changes, one at a time, again with back-off when it failed. */
  readonly for: KindRef
  /** Kinds of what it makes: a change of one reconciles the object that is its controller. */
  readonly owns?: readonly KindRef[]
  readonly watches?: readonly SimulatorWatch[]
  /** In this namespace only; in all when absent. */
  readonly namespace?: string
  /** As whom it works; an administrator when absent. Its rights are those of this user. */
  readonly identity?: UserIdentity
  /** Brings what belongs to an object into order. It is the object's last known state, also while it is being deleted. */
  readonly reconcile: (
    object: KubeObject,
    context: ReconcileContext,
  ) => Promise<ReconcileResult | void> | ReconcileResult | void
}

const keyText = (namespace: string | undefined, name: string): string =>
  namespace === undefined ? name : `${namespace}/${name}`

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''

const afterMs = (result: ReconcileResult | void): number | undefined => {
  const ms = result?.requeueAfterMs
  if (ms !== undefined && !(typeof ms === 'number' && ms >= 0))
    refuseOption('requeueAfterMs', 'a number of milliseconds from 0', ms)
  return ms
}

/** The objects of a kind that are the controller of one. */
const controllersOf = ({ metadata }: KubeObject, of: KindRef, isNamespaced: boolean): string[] =>
  (metadata.ownerReferences ?? [])
    .filter(
      ({ apiVersion, kind, controller }) =>
        controller === true && kind === of.kind && groupOf(apiVersion) === groupOf(of.apiVersion),
    )
    .map(({ name }) => keyText(isNamespaced ? metadata.namespace : undefined, name))

/**
 * Plays an operator on a cluster of any provider, from what it does about one object. Resolves when it works: its first
 * lists are in. It ends with the cluster, or before by `stop()`. Rejects when a kind that it names is not served, or its
 * user may not list it, and with a TypeError for a definition that is none.
 */
export const simulator = async (cluster: Cluster, definition: SimulatorDefinition): Promise<Simulator> => {
  checkDefinition(definition)
  const { name, for: of, owns = [], watches = [], namespace, identity, reconcile } = definition
  const loop = new ControlLoop(name, definition)
  const client = loop.client(() => cluster.kubeconfig(identity))
  const discovery = new Discovery(client)
  const failures = failuresOn(cluster)
  const mine = new Set<string>()
  let hasStopped = false
  const stop = async (): Promise<void> => {
    hasStopped = true
    forget()
    await loop.stop()
    for (const title of mine) failures.delete(title)
  }
  const forget = cluster.onStop(stop)
  const start = async (): Promise<void> => {
    const kind = await discovery.find(of)
    const copied = (one: Kind): LocalCopy<ApiObject> => loop.copy(client, one, { namespace }, true)
    const objects = copied(kind)
    const reconcileKey = async (key: string): Promise<number | undefined> => {
      const object = objects.get(key) as KubeObject | undefined
      if (object === undefined) return undefined
      const onWritten = (written: ApiObject): void => objects.put(written)
      const { clock } = loop
      const { signal } = worker
      const context = reconcileContext({ client, discovery, clock, signal, kind, object, onWritten })
      const result = await reconcile(structuredClone(object), context)
      return afterMs(result)
    }
    const worker = loop.worker(of.kind, async (key) => {
      const title = `${name}: ${of.kind} ${key}`
      try {
        const again = await reconcileKey(key)
        failures.delete(title)
        return again
      } catch (error) {
        // a conflict is no mistake: it is tried again at once
        if (!isConflict(error)) {
          mine.add(title)
          failures.set(title, error instanceof Error ? error.message : String(error))
        }
        throw error
      }
    })
    objects.onChange((key) => worker.add(key))
    const owners = (object: KubeObject): readonly string[] => controllersOf(object, of, kind.namespaced)
    for (const { concerns, ...ref } of [...owns.map((one) => ({ ...one, concerns: owners })), ...watches])
      copied(await discovery.find(ref)).onChange((_key, now, before) => {
        const ones = [now, before].flatMap((one) => (one === undefined ? [] : concerns(one as KubeObject)))
        for (const key of new Set(ones)) worker.add(key)
      })
    await loop.start()
  }
  try {
    await start()
  } catch (error) {
    // a start that was stopped is no failure
    if (!hasStopped) {
      await stop()
      throw error
    }
  }
  return { ...loop.asSimulator(), stop }
}
