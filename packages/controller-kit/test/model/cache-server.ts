import { keyOf, keyText, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { KubeError } from '../../src/client/kube-error.ts'
import type {
  ListOptions,
  ObjectList,
  WatchClient,
  WatchEvent,
  WatchOptions,
} from '../../src/client/object-client.ts'
import { labelSelector } from '../../src/cache/selector.ts'
import { CacheStream } from './cache-stream.ts'
import { failure, stateText, Table, type Change, type Thing } from './cache-table.ts'
import type { ModelClock } from './model-clock.ts'

interface Pending {
  readonly table: Table
  readonly verb: 'list' | 'watch'
  answer(): void
  fail(error: KubeError): void
}

/**
 * Versions that one change takes, for others write too. Two and more, so that nobody stands where a restored history
 * begins: he could not tell the two apart.
 */
const pace = 100

type Selects = (object: Thing | undefined) => boolean

/**
 * A server in this process, as a cache sees it: it answers when the model lets it, well or not. Written apart from the
 * testkit, so that the two share no mistake.
 */
export class CacheServer implements WatchClient {
  readonly #clock: ModelClock
  readonly tables = new Map<string, Table>()
  readonly pending: Pending[] = []
  readonly streams = new Set<CacheStream>()
  /** Whether it can begin a watch with all there is. */
  readonly #canStream: boolean
  readonly #pages = new Map<string, { readonly items: readonly Thing[]; readonly version: number }>()
  version = 1000
  restores = 0
  /** Called after each change. */
  onChange = (): void => undefined
  #uids = 0
  #lists = 0

  constructor(clock: ModelClock, canStream: boolean) {
    this.#clock = clock
    this.#canStream = canStream
  }

  table(plural: string): Table {
    const table = this.tables.get(plural) ?? new Table()
    this.tables.set(plural, table)
    return table
  }

  put(plural: string, key: ObjectKey, labels: Readonly<Record<string, string>>): Thing {
    const before = this.table(plural).objects.get(keyText(key))
    this.version += 2 + this.#clock.below(pace)
    this.#uids += 1
    const uid = before?.metadata.uid ?? `u${this.#uids}`
    const after: Thing = {
      metadata: { ...key, uid, resourceVersion: String(this.version), labels },
      value: `${this.restores}.${this.version}`,
    }
    this.#change(plural, { version: this.version, key: keyText(key), before, after })
    return structuredClone(after)
  }

  delete(plural: string, key: ObjectKey): string | undefined {
    const before = this.table(plural).objects.get(keyText(key))
    if (before === undefined) return undefined
    this.version += 2 + this.#clock.below(pace)
    this.#change(plural, { version: this.version, key: keyText(key), before, after: undefined })
    return before.metadata.uid
  }

  #change(plural: string, change: Change): void {
    const table = this.table(plural)
    table.changes.push(change)
    const uid = change.before?.metadata.uid ?? ''
    if (change.after === undefined) table.departed.add(uid)
    if (change.after?.metadata.labels?.['ours'] === undefined) table.departed.add(`${uid} ours`)
    if (change.after === undefined) table.objects.delete(change.key)
    else {
      table.objects.set(change.key, change.after)
      table.states.add(stateText(change.after))
    }
    for (const stream of this.streams) if (stream.table === table) stream.push(change)
    this.onChange()
  }

  /** The history up to now is forgotten; streams that stand further back end with it. */
  compact(plural: string): void {
    const table = this.table(plural)
    table.compacted = this.version
    table.changes = []
    for (const stream of this.streams) if (stream.table === table) stream.expire()
  }

  /** The kind is not served any more, with or without its objects, or is served again. */
  serve(plural: string, served: boolean, losesObjects: boolean): void {
    const table = this.table(plural)
    if (!served && losesObjects)
      for (const object of [...table.objects.values()]) this.delete(plural, keyOf(object))
    table.served = served
    if (served) return
    table.wasAway = true
    for (const stream of this.streams) if (stream.table === table) stream.end()
  }

  /**
   * What there was `back` changes ago; the versions go back too, or far on. All connections break. False when the
   * history does not reach back so far.
   */
  restore(plural: string, back: number, versionsGoOn: boolean): boolean {
    const target = (this.table(plural).changes.at(-back)?.version ?? 0) - 1
    const tables = [...this.tables.values()]
    if (tables.some(({ compacted }) => compacted > target)) return false
    this.restores += 1
    for (const table of tables) {
      for (const { key, before, version } of table.changes.toReversed()) {
        if (version <= target) continue
        if (before === undefined) table.objects.delete(key)
        else table.objects.set(key, before)
      }
    }
    this.version = versionsGoOn ? this.version + 100_000 : target
    for (const name of this.tables.keys()) this.compact(name)
    this.#pages.clear()
    this.cut()
    return true
  }

  /** All connections break, with what was on its way. */
  cut(): void {
    for (const { fail } of this.pending.splice(0)) fail(failure(0))
    for (const stream of [...this.streams]) stream.fail(failure(0))
  }

  list<T extends KubeObject>(kind: Kind<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const table = this.table(kind.plural)
    return new Promise((resolve, reject) => {
      const answer = (): void => {
        try {
          resolve(this.#answer(table, options) as unknown as ObjectList<T>)
        } catch (error) {
          reject(error)
        }
      }
      this.#wait({ table, verb: 'list', answer, fail: reject }, options.signal)
    })
  }

  #answer(table: Table, options: ListOptions): ObjectList<Thing> {
    refuse(table)
    const [id = '', from = '0'] = (options.continue ?? '').split('/')
    const page = this.#pages.get(id)
    if (options.continue !== undefined && (page === undefined || page.version < table.compacted))
      throw failure(410)
    const { items, version } = page ?? {
      items: [...table.objects.values()].filter(selects(options)),
      version: this.version,
    }
    const begin = Number(from)
    // As a server may: fewer than were asked for.
    const end = options.limit === undefined ? items.length : begin + 1 + this.#clock.below(3)
    this.#lists += 1
    const next = id === '' ? `p${this.#lists}` : id
    if (end < items.length) this.#pages.set(next, { items, version })
    return structuredClone({
      metadata: {
        resourceVersion: String(version),
        ...(end < items.length ? { continue: `${next}/${end}` } : {}),
      },
      items: items.slice(begin, end),
    })
  }

  async *watch<T extends KubeObject>(
    kind: Kind<T>,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<T>> {
    const table = this.table(kind.plural)
    const stream = await new Promise<CacheStream>((resolve, reject) => {
      const answer = (): void => {
        try {
          resolve(this.#open(table, options))
        } catch (error) {
          reject(error)
        }
      }
      this.#wait({ table, verb: 'watch', answer, fail: reject }, options.signal)
    })
    const leave = (): void => stream.fail(options.signal?.reason)
    if (options.signal?.aborted === true) leave()
    options.signal?.addEventListener('abort', leave)
    try {
      options.onOpen?.()
      for await (const event of stream.events()) yield event as unknown as WatchEvent<T>
    } finally {
      options.signal?.removeEventListener('abort', leave)
      this.streams.delete(stream)
    }
  }

  #open(table: Table, options: WatchOptions): CacheStream {
    refuse(table)
    const stream = new CacheStream(table, selects(options))
    if (options.sendInitialEvents === true) {
      if (!this.#canStream) throw failure(422)
      for (const object of table.objects.values()) stream.initial(object)
      stream.awaitsEnd = true
    } else {
      const from = Number(options.resourceVersion)
      if (from < table.compacted) throw failure(410)
      if (from > this.version) throw failure(504, 'ResourceVersionTooLarge')
      for (const change of table.changes) if (change.version > from) stream.push(change)
    }
    this.streams.add(stream)
    return stream
  }

  #wait(pending: Pending, signal: AbortSignal | undefined): void {
    signal?.throwIfAborted()
    this.pending.push(pending)
    signal?.addEventListener('abort', () => {
      const index = this.pending.indexOf(pending)
      if (index >= 0) this.pending.splice(index, 1)
      pending.fail(signal.reason)
    })
  }
}

const selects = ({ namespace, labelSelector: labels }: ListOptions | WatchOptions): Selects => {
  const byLabel = labelSelector(labels ?? '')
  return (object) =>
    object !== undefined &&
    (namespace === undefined || object.metadata.namespace === namespace) &&
    byLabel(object.metadata.labels)
}

const refuse = (table: Table): void => {
  if (!table.served) throw failure(404)
  if (table.forbidden) throw failure(403)
}
