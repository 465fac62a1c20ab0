import type { KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { isHeld, KubeError } from '../client/kube-error.ts'
import type { DeleteOptions, ObjectClient, WriteOptions } from '../client/object-client.ts'
import type { WatchedKind } from '../watched-kind.ts'
import { changedPaths, type Json } from './merge-patch.ts'

/** What became of one write. Everything else (unreachable, 403, 500) is thrown as the KubeError it is. */
export type WriteOutcome =
  /** The object as the server answered it. */
  | { readonly is: 'stored'; readonly object: KubeObject }
  /** Deleted, and gone at once. */
  | { readonly is: 'gone' }
  /** 404: the object, or something it refers to (the role of a binding), or its kind. A look tells. */
  | { readonly is: 'missing'; readonly message: string }
  /** The precondition failed: somebody was faster, or the cache is behind. Look again. */
  | { readonly is: 'conflict' }
  | { readonly is: 'exists' }
  /** 422: the server will not have this body. */
  | { readonly is: 'refused'; readonly message: string }
  /** Leadership is lost or the process stops: nothing was sent. */
  | { readonly is: 'held' }

/** One write, as logged, counted and planned: names and paths, never values. */
export interface WriteRecord {
  readonly by: string
  readonly verb: 'create' | 'patch' | 'delete'
  readonly of: WatchedKind
  readonly key: ObjectKey
  readonly subresource?: string
  /** Dotted field paths of a patch. */
  readonly paths: readonly string[]
}

export interface WriterOptions {
  readonly clients: Readonly<Record<string, ObjectClient>>
  readonly fieldManager: string
  /** False stops every write before it is sent, each try of it: leadership lost. */
  readonly canWrite: () => boolean
  readonly onWrite: (record: WriteRecord, outcome: WriteOutcome['is'] | 'failed') => void
  readonly signal: AbortSignal
}

export interface WriteTarget {
  /** Name of the rule or controller that writes. */
  readonly by: string
  readonly of: WatchedKind
  readonly key: ObjectKey
  readonly subresource?: string
}

/** The one place where a write is sent: preconditions, what a refusal means, and the count of it live here. */
export class Writer {
  readonly #options: WriterOptions

  constructor(options: WriterOptions) {
    this.#options = options
  }

  create(target: WriteTarget, object: KubeObject): Promise<WriteOutcome> {
    return this.#send({ ...target, verb: 'create', paths: [] }, async (client, options) => ({
      is: 'stored',
      object: await client.create(target.of.kind, object, options),
    }))
  }

  /** A JSON merge patch that holds only while the object is the one of this uid and resourceVersion. */
  patch(target: WriteTarget, live: KubeObject, patch: Json): Promise<WriteOutcome> {
    const { uid, resourceVersion } = live.metadata
    const metadata = { ...(patch['metadata'] as object | undefined), uid, resourceVersion }
    return this.#send({ ...target, verb: 'patch', paths: changedPaths(patch) }, async (client, options) => ({
      is: 'stored',
      object: await client.patch(target.of.kind, target.key, 'merge', { ...patch, metadata }, options),
    }))
  }

  /** Deletes the object of this uid at this resourceVersion, never a later one. */
  delete(
    target: WriteTarget,
    live: KubeObject,
    propagationPolicy?: DeleteOptions['propagationPolicy'],
  ): Promise<WriteOutcome> {
    const { uid, resourceVersion } = live.metadata
    return this.#send({ ...target, verb: 'delete', paths: [] }, async (client, { signal, mayStart }) => {
      const object = await client.delete(target.of.kind, target.key, {
        ...(signal === undefined ? {} : { signal }),
        ...(mayStart === undefined ? {} : { mayStart }),
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
        ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
      })
      return object !== undefined && isStillThere(object) ? { is: 'stored', object } : { is: 'gone' }
    })
  }

  async #send(
    record: WriteRecord & WriteTarget,
    send: (client: ObjectClient, options: WriteOptions) => Promise<WriteOutcome>,
  ): Promise<WriteOutcome> {
    const { clients, canWrite, fieldManager, onWrite, signal } = this.#options
    const client = clients[record.of.cluster]
    if (client === undefined)
      throw new TypeError(`${record.of.name}: no client for cluster "${record.of.cluster}"`)
    if (signal.aborted || !canWrite()) return { is: 'held' }
    const { subresource } = record
    try {
      const outcome = await send(client, {
        signal,
        // Between here and the wire there may be waits: for the rate limit, for a server that is busy.
        mayStart: canWrite,
        fieldManager,
        ...(subresource === undefined ? {} : { subresource }),
      })
      onWrite(record, outcome.is)
      return outcome
    } catch (error) {
      const outcome = outcomeOf(record, error)
      onWrite(record, outcome?.is ?? 'failed')
      if (outcome === undefined) throw error
      return outcome
    }
  }
}

/**
 * Some kinds answer a delete with the object even when it is gone at once: then nothing marks it, or only a pod's time
 * to stop, of no seconds. Finalizers hold it (those of a namespace are in its spec), and so does that time.
 */
const isStillThere = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined &&
  ((metadata.finalizers ?? []).length > 0 || metadata.deletionGracePeriodSeconds !== 0)

const outcomeOf = (record: WriteRecord, error: unknown): WriteOutcome | undefined => {
  if (!(error instanceof KubeError)) return undefined
  switch (error.status) {
    case 0:
      return isHeld(error) ? { is: 'held' } : undefined
    case 409:
      return error.reason === 'AlreadyExists' ? { is: 'exists' } : { is: 'conflict' }
    case 422:
      // A wrong uid in a PATCH is answered 422, not 409: the object is another one of the same name by now.
      return isWrongUid(error) ? { is: 'conflict' } : { is: 'refused', message: error.message }
    case 404:
      // A create answered 404 is a missing namespace or kind.
      return record.verb === 'create' ? undefined : { is: 'missing', message: error.message }
    default:
      return undefined
  }
}

const isWrongUid = (error: KubeError): boolean =>
  (error.details?.causes ?? []).some((cause) => cause.field === 'metadata.uid')
