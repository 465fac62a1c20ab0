import { Agent } from 'undici'
import type { Dispatcher } from 'undici'
import type { Kind, KubeObject, ObjectKey, Status } from '@odfmo/api-types/meta'
import { ClusterError, isNotFound } from './cluster-error.ts'
import { jsonLines } from './json-lines.ts'
import { accessOf } from './kubeconfig-access.ts'
import type { Access } from './kubeconfig-access.ts'
import { pathOf, queryOf } from './request-path.ts'
import type { Selection } from './request-path.ts'

/** The server begins to answer within this, or the connection is dead. */
const headersTimeoutMs = 15_000
/** A watch hears a bookmark each minute: after two without, nobody is there. */
const watchBodyTimeoutMs = 130_000

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: T
}

export interface ObjectsOf<T> {
  readonly items: readonly T[]
  readonly resourceVersion: string
}

export interface Removal {
  readonly uid?: string
  readonly resourceVersion?: string
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan'
  readonly gracePeriodSeconds?: number
}

/** The text of a kubeconfig; or what gives a fresh one, asked again when nobody is reached by the last, or it is answered 401. */
export type KubeconfigSource = string | (() => string)

interface Sent {
  readonly method: string
  readonly path: string
  readonly contentType?: string
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** Speaks to one cluster as one user, in JSON. Every refusal is a `ClusterError`. */
export class ClusterClient {
  readonly #source: KubeconfigSource
  readonly #userAgent: string
  #access: Access
  #agent: Agent
  #origin: string
  #prefix: string
  #isClosed = false
  /** Those whose last requests are still under way. */
  readonly #former = new Set<Agent>()

  constructor(kubeconfig: KubeconfigSource, userAgent: string) {
    this.#source = kubeconfig
    this.#userAgent = userAgent
    this.#access = accessOf(typeof kubeconfig === 'string' ? kubeconfig : kubeconfig())
    this.#agent = agentOf(this.#access)
    ;({ origin: this.#origin, prefix: this.#prefix } = placeOf(this.#access))
  }

  /** How it reaches the cluster now. */
  get access(): Access {
    return this.#access
  }

  /** The object, or undefined when there is none (or nothing of its kind). */
  async get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): Promise<T | undefined> {
    try {
      return (await this.#json({ method: 'GET', path: pathOf(kind, key) })) as T
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  async list<T extends KubeObject>(
    kind: Kind<T>,
    selection: Selection,
    signal?: AbortSignal,
  ): Promise<ObjectsOf<T>> {
    const path = `${pathOf(kind, { namespace: selection.namespace })}${queryOf(selection)}`
    const list = (await this.#json({ method: 'GET', path, signal })) as {
      items?: T[]
      metadata?: { resourceVersion?: string }
    }
    return { items: list.items ?? [], resourceVersion: list.metadata?.resourceVersion ?? '' }
  }

  /** Events after `resourceVersion` until the server ends the stream or `signal` is aborted. */
  async *watch<T extends KubeObject>(
    kind: Kind<T>,
    selection: Selection,
    resourceVersion: string,
    timeoutSeconds: number,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent<T>> {
    const query = queryOf(selection, {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion,
      timeoutSeconds: String(timeoutSeconds),
    })
    const sent = {
      method: 'GET',
      path: `${pathOf(kind, { namespace: selection.namespace })}${query}`,
      signal,
    }
    const answer = await this.#send(sent, watchBodyTimeoutMs)
    try {
      yield* jsonLines(answer.body) as AsyncGenerator<WatchEvent<T>>
    } catch (error) {
      throw asClusterError(sent, error)
    }
  }

  /** Creates in the namespace that the object names. */
  async create<T extends KubeObject>(kind: Kind<T>, object: T, subresource?: string): Promise<T> {
    const { namespace, name } = object.metadata
    const key = subresource === undefined ? { namespace } : { namespace, name }
    return (await this.#json({ method: 'POST', path: pathOf(kind, key, subresource), body: object })) as T
  }

  async update<T extends KubeObject>(kind: Kind<T>, object: T, subresource?: string): Promise<T> {
    return (await this.#json({
      method: 'PUT',
      path: pathOf(kind, object.metadata, subresource),
      body: object,
    })) as T
  }

  /** JSON merge patch (RFC 7386). */
  async patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    patch: object,
    subresource?: string,
  ): Promise<T> {
    const path = pathOf(kind, key, subresource)
    return (await this.#json({
      method: 'PATCH',
      path,
      body: patch,
      contentType: 'application/merge-patch+json',
    })) as T
  }

  /** Deletes; an object that is gone already is no error. */
  async remove(kind: Kind, key: ObjectKey, removal: Removal = {}): Promise<void> {
    const { uid, resourceVersion, ...rest } = removal
    const preconditions =
      uid === undefined && resourceVersion === undefined ? {} : { preconditions: { uid, resourceVersion } }
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', ...rest, ...preconditions }
    try {
      await this.#json({ method: 'DELETE', path: pathOf(kind, key), body })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  /** Any other document of the API: discovery, version. */
  async raw(path: string): Promise<unknown> {
    return this.#json({ method: 'GET', path })
  }

  /** A document that is no JSON: health checks. */
  async text(path: string): Promise<string> {
    const answer = await this.#send({ method: 'GET', path }, headersTimeoutMs)
    return answer.body.text()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([this.#agent, ...this.#former].map((agent) => agent.destroy()))
  }

  /** Takes a fresh kubeconfig, where there may be one: the next request goes by that. What is under way goes on. */
  #renew(): void {
    if (typeof this.#source === 'string' || this.#isClosed) return
    const former = this.#agent
    this.#access = accessOf(this.#source())
    this.#agent = agentOf(this.#access)
    ;({ origin: this.#origin, prefix: this.#prefix } = placeOf(this.#access))
    this.#former.add(former)
    former.close().then(
      () => this.#former.delete(former),
      () => this.#former.delete(former),
    )
  }

  async #json(sent: Sent): Promise<unknown> {
    const answer = await this.#send(sent, headersTimeoutMs)
    try {
      return await answer.body.json()
    } catch (error) {
      throw asClusterError(sent, error)
    }
  }

  async #send(
    { method, path, contentType, body, signal }: Sent,
    bodyTimeout: number,
  ): Promise<Dispatcher.ResponseData> {
    const { token, as, asGroups = [] } = this.#access
    let answer: Dispatcher.ResponseData
    try {
      answer = await this.#agent.request({
        origin: this.#origin,
        path: `${this.#prefix}${path}`,
        method,
        headers: {
          accept: 'application/json',
          'user-agent': this.#userAgent,
          ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(as === undefined ? {} : { 'impersonate-user': as, 'impersonate-group': [...asGroups] }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal,
        bodyTimeout,
      })
    } catch (error) {
      if (signal?.aborted !== true) this.#renew()
      throw asClusterError({ method, path }, error)
    }
    if (answer.statusCode === 401) this.#renew()
    // A body that nobody reads any more may still be cut: whoever reads it hears of that in another way.
    answer.body.on('error', () => undefined)
    if (answer.statusCode < 300) return answer
    const text = await answer.body.text().catch(() => '')
    throw new ClusterError(`${method} ${path}`, answer.statusCode, statusOf(text))
  }
}

const placeOf = ({ server }: Access): { readonly origin: string; readonly prefix: string } => {
  const { origin, pathname } = new URL(server)
  return { origin, prefix: pathname.replace(/\/$/, '') }
}

const agentOf = ({ ca, cert, key, isInsecure }: Access): Agent =>
  // HTTP/1.1: undici's HTTP/2 client throws where nobody can catch it when it is closed.
  new Agent({
    allowH2: false,
    connect: { ca, cert, key, rejectUnauthorized: isInsecure !== true },
    headersTimeout: headersTimeoutMs,
  })

const asClusterError = ({ method, path }: Sent, error: unknown): ClusterError =>
  error instanceof ClusterError ? error : new ClusterError(`${method} ${path}`, 0, {}, error)

const statusOf = (text: string): Partial<Status> => {
  try {
    return JSON.parse(text) as Partial<Status>
  } catch {
    return {} // a proxy's page: the HTTP status has to do
  }
}
