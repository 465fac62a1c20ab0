import type { Kind, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { KubeError } from '../../src/client/kube-error.ts'
import type { LockClient } from '../../src/manager/locks.ts'
import type { LeaderWorld, ModelProcess } from './leader-world.ts'

export type Verb = 'get' | 'create' | 'update'

/** What the network does; a calm one answers within 40 ms and loses nothing. */
export interface Network {
  /** Chance that a request, or its answer, is lost: the one never takes effect, the other has. */
  readonly loss: number
  /** Chance that one way takes up to `slowMs`. */
  readonly slow: number
  readonly slowMs: number
  /** Chance of an answer of 500. */
  readonly failure: number
}

const calmNetwork: Network = { loss: 0, slow: 0, slowMs: 0, failure: 0 }

/** One API server that stores objects, and the network between it and the candidates. */
export class LeaderServer {
  network: Network = calmNetwork
  readonly #world: LeaderWorld
  readonly #objects = new Map<string, KubeObject>()
  readonly #partitioned = new Map<ModelProcess, 'refused' | 'silent'>()
  readonly #open = new Set<(error: Error) => void>()
  #version = 0
  /** What belongs to an older one never arrives. */
  #connection = 0

  constructor(world: LeaderWorld) {
    this.#world = world
  }

  partition(process: ModelProcess, how: 'refused' | 'silent' | undefined): void {
    if (how === undefined) this.#partitioned.delete(process)
    else this.#partitioned.set(process, how)
  }

  /** The network becomes well: every connection of before is reset, and what was on its way does not arrive. */
  calm(): void {
    this.network = calmNetwork
    this.#connection += 1
    this.#partitioned.clear()
    for (const cut of this.#open) cut(new Error('connection reset'))
  }

  /** Somebody who is no candidate writes into the object of a lock. */
  touch(): void {
    for (const [at, object] of this.#objects) {
      const labels = { ...object.metadata.labels, touched: String(this.#version) }
      this.#store(at, { ...object, metadata: { ...object.metadata, labels } })
    }
  }

  /** `sent` hears of each request, `answered` of each write that is known to have succeeded, with when it was begun. */
  client(
    process: ModelProcess,
    tell: {
      readonly sent: (verb: Verb, plural: string) => void
      readonly answered: (plural: string, begunAt: number) => void
    },
  ): LockClient {
    const call = async <T extends KubeObject>(
      verb: Verb,
      kind: Kind<T>,
      key: ObjectKey,
      object: T | undefined,
      signal: AbortSignal | undefined,
    ): Promise<T> => {
      const begunAt = process.monotonic()
      tell.sent(verb, kind.plural)
      const answer = await this.#travel(process, signal, () => this.#serve(verb, kind, key, object))
      if (verb !== 'get') tell.answered(kind.plural, begunAt)
      return answer as T
    }
    const keyOf = ({ metadata }: KubeObject): ObjectKey => ({ name: metadata.name ?? '' })
    return {
      get: (kind, key, options) => call('get', kind, key, undefined, options?.signal),
      create: (kind, object, options) => call('create', kind, keyOf(object), object, options?.signal),
      update: (kind, object, options) => call('update', kind, keyOf(object), object, options?.signal),
    }
  }

  #travel<T>(process: ModelProcess, signal: AbortSignal | undefined, serve: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (how: () => void): void => {
        signal?.removeEventListener('abort', onAbort)
        this.#open.delete(cut)
        how()
      }
      // Who gives up does not take back what was sent.
      const onAbort = (): void => settle(() => reject(signal?.reason as Error))
      const cut = (error: Error): void => process.deliver(() => settle(() => reject(error)))
      this.#open.add(cut)
      signal?.addEventListener('abort', onAbort, { once: true })
      const partition = this.#partitioned.get(process)
      if (partition === 'refused') this.#world.after(1, () => cut(new Error('connection refused')))
      if (partition !== undefined || this.#world.chance(this.network.loss)) return
      const connection = this.#connection
      this.#world.after(this.#delay(), () => {
        if (connection !== this.#connection) return
        const failed = this.#world.chance(this.network.failure)
        const outcome = failed ? () => refuse(500, 'InternalError') : outcomeOf(serve)
        if (this.#partitioned.has(process)) return
        if (this.#world.chance(this.network.loss)) {
          if (this.#world.chance(0.5)) this.#world.after(5, () => cut(new Error('socket hang up')))
          return
        }
        this.#world.after(this.#delay(), () =>
          process.deliver(() =>
            settle(() => {
              try {
                resolve(outcome())
              } catch (error) {
                reject(error)
              }
            }),
          ),
        )
      })
    })
  }

  #delay(): number {
    const { slow, slowMs } = this.network
    return this.#world.chance(slow) ? this.#world.between(0, slowMs) : this.#world.between(1, 20)
  }

  #serve(verb: Verb, kind: Kind, key: ObjectKey, object: KubeObject | undefined): KubeObject {
    const at = `${kind.plural}/${key.name}`
    const stored = this.#objects.get(at)
    switch (verb) {
      case 'get':
        return stored ?? refuse(404, 'NotFound')
      case 'create':
        if (stored !== undefined) return refuse(409, 'AlreadyExists')
        return this.#store(at, object ?? { metadata: { name: key.name } })
      case 'update':
        if (stored === undefined || object === undefined) return refuse(404, 'NotFound')
        if (stored.metadata.resourceVersion !== object.metadata.resourceVersion)
          return refuse(409, 'Conflict')
        return this.#store(at, object)
    }
  }

  #store(at: string, object: KubeObject): KubeObject {
    this.#version += 1
    const metadata = { ...object.metadata, uid: at, resourceVersion: String(this.#version) }
    const stored = { ...object, metadata }
    this.#objects.set(at, stored)
    return stored
  }
}

const refuse = (status: number, reason: string): never => {
  throw new KubeError({ verb: 'lock', resource: 'leases', cluster: 'model' }, status, reason, reason)
}

/** Done now, told later. */
const outcomeOf = <T>(serve: () => T): (() => T) => {
  try {
    const value = serve()
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}
