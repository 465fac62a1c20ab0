import { keyText, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { isObjectNotFound, KubeError, type RequestContext } from '../client/kube-error.ts'
import type { DeleteOptions, ObjectClient, PatchType, WriteOptions } from '../client/object-client.ts'
import type { Clock } from '../clock.ts'
import { applyMergePatch, type Json } from './merge-patch.ts'

/** `nobody`: nothing is sent. `server`: it judges the first write of each object (`dryRun=All`) and stores nothing. */
export type PlanJudge = 'nobody' | 'server'

export interface PlanningClientOptions {
  readonly client: ObjectClient
  readonly cluster: string
  readonly judge: PlanJudge
  readonly clock: Clock
}

/**
 * A cluster as it would be after the writes that it is given: reads see them, the cluster does not. Preconditions
 * hold as on the server. Throws the refusals that a server would.
 */
export class PlanningClient implements ObjectClient {
  readonly #options: PlanningClientOptions
  /** As planned; undefined: deleted. */
  readonly #planned = new Map<string, KubeObject | undefined>()

  constructor(options: PlanningClientOptions) {
    this.#options = options
  }

  async get<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options?: { readonly signal?: AbortSignal },
  ): Promise<T> {
    const id = idOf(kind, key)
    if (!this.#planned.has(id)) return this.#options.client.get(kind, key, options)
    const planned = this.#planned.get(id)
    if (planned === undefined) throw this.#refusal('get', kind, key, 404, 'NotFound')
    return planned as T
  }

  /** Without what is planned: a list is for looking around. */
  readonly list: ObjectClient['list'] = (kind, options) => this.#options.client.list(kind, options)

  async create<T extends KubeObject>(kind: Kind<T>, object: T, options: WriteOptions = {}): Promise<T> {
    const { name = '', namespace } = object.metadata
    const key = namespace === undefined ? { name } : { namespace, name }
    const id = idOf(kind, key)
    if (!this.#planned.has(id) && this.#options.judge === 'server')
      return this.#plan(id, await this.#options.client.create(kind, object, { ...options, dryRun: true }))
    const isThere = await this.get(kind, key, options).then(
      () => true,
      (error: unknown) => {
        if (isObjectNotFound(error, kind, name)) return false
        throw error
      },
    )
    if (isThere) throw this.#refusal('create', kind, key, 409, 'AlreadyExists')
    const metadata = { ...object.metadata, uid: `planned ${id}`, resourceVersion: '0' }
    return this.#plan(id, { ...object, metadata })
  }

  async patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    type: PatchType,
    body: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    if (type !== 'merge') throw new TypeError(`plans know merge patches, got ${type}`)
    const id = idOf(kind, key)
    if (!this.#planned.has(id) && this.#options.judge === 'server')
      return this.#plan(
        id,
        await this.#options.client.patch<T>(kind, key, type, body, { ...options, dryRun: true }),
      )
    const live = await this.get(kind, key, options)
    this.#demand('patch', kind, live, (body as KubeObject).metadata)
    return this.#plan(id, applyMergePatch(live as unknown as Json, body as Json) as unknown as T)
  }

  async delete<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options: DeleteOptions = {},
  ): Promise<T | undefined> {
    const id = idOf(kind, key)
    if (!this.#planned.has(id) && this.#options.judge === 'server')
      await this.#options.client.delete(kind, key, { ...options, dryRun: true })
    const live = await this.get(kind, key, options)
    this.#demand('delete', kind, live, options)
    if ((live.metadata.finalizers ?? []).length === 0) {
      this.#planned.set(id, undefined)
      return undefined
    }
    const deletionTimestamp = `${new Date(this.#options.clock.now()).toISOString().slice(0, 19)}Z`
    return this.#plan(id, { ...live, metadata: { ...live.metadata, deletionTimestamp } })
  }

  #plan<T extends KubeObject>(id: string, object: T): T {
    this.#planned.set(id, object)
    return object
  }

  #demand(
    verb: string,
    kind: Kind,
    { metadata }: KubeObject,
    expected: { readonly uid?: string; readonly resourceVersion?: string },
  ): void {
    const isOther = expected.uid !== undefined && expected.uid !== metadata.uid
    const isLater =
      expected.resourceVersion !== undefined && expected.resourceVersion !== metadata.resourceVersion
    const { name = '', namespace } = metadata
    if (isOther || isLater)
      throw this.#refusal(
        verb,
        kind,
        namespace === undefined ? { name } : { namespace, name },
        409,
        'Conflict',
      )
  }

  #refusal(verb: string, kind: Kind, key: ObjectKey, status: number, reason: string): KubeError {
    const context: RequestContext = { verb, resource: kind.plural, ...key, cluster: this.#options.cluster }
    return new KubeError(context, status, reason, `in the plan: ${reason}`, {
      details: { name: key.name, kind: kind.plural },
    })
  }
}

const idOf = (kind: Kind, key: ObjectKey): string => `${kind.plural}.${kind.group} ${keyText(key)}`
