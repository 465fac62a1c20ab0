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

interface Pending {
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
  version = 100
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

  // What users do: at once, without preconditions.

  userPut(kind: string, object: KubeObject): void {
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

  #later<T>(run: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.pending.push({ run, resolve: resolve, reject })
    })
  }

  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): Promise<T> {
    return this.#later(() => structuredClone(this.#existing(kind, key, 'get')) as unknown as T)
  }

  list<T extends KubeObject>(kind: Kind<T>, { labelSelector }: ListOptions = {}): Promise<ObjectList<T>> {
    return this.#later(() => ({
      metadata: { resourceVersion: String(this.version) },
      items: this.all(kind.kind).filter(
        (object) => labelSelector === undefined || labelSelector in (object.metadata.labels ?? {}),
      ) as never,
    }))
  }

  create<T extends KubeObject>(kind: Kind<T>, object: T, _options?: WriteOptions): Promise<T> {
    return this.#later(() => {
      const key = { name: object.metadata.name ?? '' }
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
    return this.#later(() => {
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
      return this.#store(kind.kind, keyText(key), merge(here, change) as Mutable) as never
    })
  }

  delete<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options: DeleteOptions = {},
  ): Promise<T | undefined> {
    return this.#later(() => {
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

  /** Answers one request: as it should be, lost before it took effect, or lost after. */
  answer(index: number, how: 'well' | 'lost-before' | 'lost-after'): void {
    const [pending] = this.pending.splice(index, 1)
    if (pending === undefined) return
    const lost = new KubeError(
      { verb: 'any', resource: 'any', cluster: 'c' },
      0,
      'Unreachable',
      'connection reset',
    )
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

  #existing(kind: Kind, key: ObjectKey, verb: string): Mutable {
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
    const request = { verb, resource: kind.plural, name: key.name, cluster: 'c' }
    return new KubeError(request, status, reason, reason, {
      details: { name: key.name, kind: kind.plural, causes },
    })
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
