import { isDeepStrictEqual } from 'node:util'
import { keyText, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { KubeError } from '../../src/client/kube-error.ts'
import type {
  DeleteOptions,
  ListOptions,
  ObjectClient,
  ObjectList,
  PatchType,
  WriteOptions,
} from '../../src/client/object-client.ts'

type Mutable = Record<string, unknown> & { metadata: Record<string, unknown> }

export interface ServerEvent {
  readonly type: 'put' | 'delete'
  readonly kind: string
  readonly object: KubeObject
}

/** As it should be, lost before it took effect, or lost after. */
export type Answer = 'well' | 'lost-before' | 'lost-after'

interface Pending {
  /** `create Copy i1`. */
  readonly what: string
  readonly run: () => unknown
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

const merge = (target: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> => {
  const result = { ...target }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else if (typeof value === 'object' && !Array.isArray(value)) {
      const here = result[key]
      result[key] = merge(
        (typeof here === 'object' && !Array.isArray(here) ? here : {}) as never,
        value as never,
      )
    } else result[key] = value
  }
  return result
}

/**
 * The smallest server with the rules that matter to the engine: one growing version, preconditions,
 * finalizers, a status of its own, events in order. Written apart from the testkit, so that the model
 * does not inherit its mistakes.
 */
export class ModelServer implements ObjectClient {
  readonly objects = new Map<string, Map<string, Mutable>>()
  readonly events: ServerEvent[] = []
  readonly pending: Pending[] = []
  /** Writes that reached the server from the engine. */
  writes = 0
  /** Lists that the engine asked for. */
  lists = 0
  version = 100
  /** Patches that changed nothing. */
  readonly idleWrites: string[] = []
  /** Kinds that the engine may neither read nor write. */
  readonly forbidden = new Set<string>()
  readonly #unserved = new Set<string>()
  /** Somebody else is faster every second time. */
  refusesEverySecondWrite = false
  #sent = 0
  /** What was refused by a rule of the server: `Copy delete i1 Conflict`. */
  readonly refusals: string[] = []

  #table(kind: string): Map<string, Mutable> {
    const table = this.objects.get(kind) ?? new Map<string, Mutable>()
    this.objects.set(kind, table)
    return table
  }

  all(kind: string): readonly KubeObject[] {
    return [...this.#table(kind).values()] as never
  }

  /** A kind's definition goes, with everything of the kind, or comes. */
  serve(kind: string, served: boolean): void {
    if (served) {
      this.#unserved.delete(kind)
      return
    }
    this.#unserved.add(kind)
    // Watches that are open hear of each: a kind that is back before they are asked anew would else seem unchanged.
    for (const text of [...this.#table(kind).keys()]) this.#gone(kind, text)
  }

  isServed(kind: string): boolean {
    return !this.#unserved.has(kind)
  }

  // What users do: at once, without preconditions.

  userPut(kind: string, object: KubeObject): void {
    if (!this.isServed(kind)) return
    const text = object.metadata.name ?? ''
    const here = this.#table(kind).get(text)
    this.version += 1
    const uid = here?.metadata['uid'] ?? `uid-${this.version}`
    this.#store(kind, text, { ...object, metadata: { ...object.metadata, uid } })
  }

  userEdit(kind: string, name: string, edit: (object: Mutable) => Mutable): void {
    const here = this.#table(kind).get(name)
    if (here !== undefined) this.#store(kind, name, edit(structuredClone(here)))
  }

  userDelete(kind: string, name: string): void {
    if (this.#table(kind).has(name)) this.#remove(kind, name)
  }

  // What the engine asks: answered when the model lets it.

  #later<T>(what: string, run: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.pending.push({ what, run, resolve: resolve, reject })
    })
  }

  /** What waits for an answer. */
  get asked(): readonly string[] {
    return this.pending.map(({ what }) => what)
  }

  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): Promise<T> {
    return this.#later(
      `get ${kind.kind} ${key.name}`,
      () => structuredClone(this.#existing(kind, key, 'get')) as unknown as T,
    )
  }

  list<T extends KubeObject>(kind: Kind<T>, { labelSelector }: ListOptions = {}): Promise<ObjectList<T>> {
    this.lists += 1
    return this.#later(`list ${kind.kind}`, () => {
      this.#mayAsk(kind, { name: '' }, 'list')
      return {
        metadata: { resourceVersion: String(this.version) },
        items: this.all(kind.kind).filter(
          (object) => labelSelector === undefined || labelSelector in (object.metadata.labels ?? {}),
        ) as never,
      }
    })
  }

  create<T extends KubeObject>(kind: Kind<T>, object: T, _options?: WriteOptions): Promise<T> {
    return this.#later(`create ${kind.kind} ${object.metadata.name}`, () => {
      const key = { name: object.metadata.name ?? '' }
      this.#mayAsk(kind, key, 'create')
      if (this.#table(kind.kind).has(keyText(key)))
        throw this.#error(kind, key, 'create', 409, 'AlreadyExists')
      this.writes += 1
      this.version += 1
      const made = {
        ...structuredClone(object),
        metadata: { ...object.metadata, uid: `uid-${this.version}` },
      }
      return this.#store(kind.kind, keyText(key), made as never) as never
    })
  }

  patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    _type: PatchType,
    body: unknown,
    { subresource }: WriteOptions = {},
  ): Promise<T> {
    return this.#later(`patch ${kind.kind} ${key.name}`, () => {
      this.#mayWrite(kind, key, 'patch')
      const here = this.#existing(kind, key, 'patch')
      const { metadata = {}, ...rest } = body as { metadata?: Record<string, unknown> }
      const { uid, resourceVersion, ...fields } = metadata
      if (uid !== here.metadata['uid']) {
        throw this.#error(kind, key, 'patch', 422, 'Invalid', [{ field: 'metadata.uid' }])
      }
      if (resourceVersion !== here.metadata['resourceVersion'])
        throw this.#error(kind, key, 'patch', 409, 'Conflict')
      const { status, ...main } = rest as Record<string, unknown>
      const change = subresource === 'status' ? { status } : { ...main, metadata: fields }
      this.writes += 1
      const after = merge(here, change)
      if (isDeepStrictEqual(after, { ...here })) this.idleWrites.push(`${kind.kind} ${key.name}`)
      return this.#store(kind.kind, keyText(key), after as Mutable) as never
    })
  }

  delete<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options: DeleteOptions = {},
  ): Promise<T | undefined> {
    return this.#later(`delete ${kind.kind} ${key.name}`, () => {
      this.#mayWrite(kind, key, 'delete')
      const here = this.#existing(kind, key, 'delete')
      if (
        options.uid !== here.metadata['uid'] ||
        options.resourceVersion !== here.metadata['resourceVersion']
      ) {
        throw this.#error(kind, key, 'delete', 409, 'Conflict')
      }
      this.writes += 1
      this.#remove(kind.kind, keyText(key))
      return this.#table(kind.kind).get(keyText(key)) as unknown as T | undefined
    })
  }

  answer(index: number, how: Answer): void {
    const [pending] = this.pending.splice(index, 1)
    if (pending === undefined) return
    const request = { verb: 'any', resource: 'any', cluster: 'c' }
    const lost = new KubeError(request, 0, 'Unreachable', 'connection reset')
    if (how === 'lost-before') {
      pending.reject(lost)
      return
    }
    try {
      const answer = pending.run()
      if (how === 'lost-after') pending.reject(lost)
      else pending.resolve(answer as never)
    } catch (error) {
      pending.reject(error)
    }
  }

  /** Refuses what is asked of a kind that is not served, or not allowed. */
  #mayAsk(kind: Kind, key: ObjectKey, verb: string): void {
    const request = { verb, resource: kind.plural, name: key.name, cluster: 'c' }
    if (!this.isServed(kind.kind))
      throw new KubeError(request, 404, 'NotFound', 'the server could not find the requested resource')
    if (this.forbidden.has(kind.kind)) throw new KubeError(request, 403, 'Forbidden', 'not allowed')
  }

  #mayWrite(kind: Kind, key: ObjectKey, verb: string): void {
    this.#mayAsk(kind, key, verb)
    this.#sent += 1
    if (this.refusesEverySecondWrite && this.#sent % 2 === 0)
      throw this.#error(kind, key, verb, 409, 'Conflict')
  }

  #existing(kind: Kind, key: ObjectKey, verb: string): Mutable {
    this.#mayAsk(kind, key, verb)
    const here = this.#table(kind.kind).get(keyText(key))
    if (here === undefined) throw this.#error(kind, key, verb, 404, 'NotFound')
    return here
  }

  #error(
    kind: Kind,
    key: ObjectKey,
    verb: string,
    status: number,
    reason: string,
    causes: { field: string }[] = [],
  ): KubeError {
    if (verb !== 'get') this.refusals.push(`${kind.kind} ${verb} ${key.name} ${reason}`)
    const { plural } = kind
    const { name } = key
    const details = { name, kind: plural, causes }
    return new KubeError({ verb, resource: plural, name, cluster: 'c' }, status, reason, reason, { details })
  }

  #store(kind: string, text: string, object: Mutable): Mutable {
    const finalizers = (object.metadata['finalizers'] ?? []) as string[]
    if (object.metadata['deletionTimestamp'] !== undefined && finalizers.length === 0) {
      this.#table(kind).set(text, object)
      this.#gone(kind, text)
      return structuredClone(object)
    }
    this.version += 1
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } }
    this.#table(kind).set(text, stored)
    this.events.push({ type: 'put', kind, object: structuredClone(stored) as never })
    return structuredClone(stored)
  }

  #remove(kind: string, text: string): void {
    const here = this.#table(kind).get(text)
    if (here === undefined) return
    if (((here.metadata['finalizers'] ?? []) as string[]).length === 0) this.#gone(kind, text)
    else if (here.metadata['deletionTimestamp'] === undefined) {
      this.#store(kind, text, { ...here, metadata: { ...here.metadata, deletionTimestamp: 'now' } })
    }
  }

  #gone(kind: string, text: string): void {
    const here = this.#table(kind).get(text)
    if (here === undefined) return
    this.version += 1
    this.#table(kind).delete(text)
    const object = { ...here, metadata: { ...here.metadata, resourceVersion: String(this.version) } }
    this.events.push({ type: 'delete', kind, object: structuredClone(object) as never })
  }
}
