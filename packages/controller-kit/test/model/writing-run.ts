import type { DeepReadonly, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { isConflict, KubeError } from '../../src/client/kube-error.ts'
import { cluster, watch } from '../../src/watched-kind.ts'
import type { Applied } from '../../src/writing/applied.ts'
import { Applier } from '../../src/writing/applier.ts'
import { difference } from '../../src/writing/difference.ts'
import { equal } from '../../src/writing/equal.ts'
import type { Intent } from '../../src/writing/intent.ts'
import { conditions, members } from '../../src/writing/list-edit.ts'
import { ModelCache } from './model-cache.ts'
import { ModelClock } from './model-clock.ts'
import { ModelServer } from './model-server.ts'

interface Thing extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

const { Thing } = cluster('c', {
  Thing: watch<Thing>({ group: 't.io', version: 'v1', kind: 'Thing', plural: 'things', namespaced: false }),
})
const names = ['a', 'b', 'c'] as const
const mine = 'mine.io/f'
const theirs = 'theirs.io/f'

/** What a rival and the writer fight over: only `mine` parts are ever given by an intent. */
interface Parts {
  readonly uid: string | undefined
  readonly given: unknown
  readonly others: unknown
}

const isMine = (object: DeepReadonly<Thing>): boolean => object.data?.['by'] === 'us'
const mayGo = (object: DeepReadonly<Thing>): boolean => Number(object.data?.['theirs'] ?? 0) % 2 === 0

const partsOf = ({ metadata, data = {}, status }: DeepReadonly<Thing>): Parts => {
  const { mine: ours, by, ...others } = data
  const list = status?.conditions ?? []
  return {
    uid: metadata.uid,
    given: {
      ours,
      by,
      f: metadata.finalizers?.includes(mine),
      c: list.filter(({ type }) => type === 'Mine'),
    },
    others: {
      others,
      f: (metadata.finalizers ?? []).filter((finalizer) => finalizer !== mine),
      c: list.filter(({ type }) => type !== 'Mine'),
    },
  }
}

const intentOf = (clock: ModelClock, name: string): Intent<Thing> => {
  const value = String(clock.below(3))
  const key: ObjectKey = { name }
  switch (clock.below(6)) {
    case 0:
    case 1: {
      const object = { metadata: { name }, data: { by: 'us', mine: value } }
      return { is: 'create', of: Thing, object, ours: isMine }
    }
    case 2:
      return { is: 'patch', of: Thing, key, fields: { data: { mine: value } } }
    case 3: {
      const change = clock.below(2) === 0 ? { add: [mine] } : { remove: [mine] }
      return { is: 'patch', of: Thing, key, fields: { metadata: { finalizers: members(change) } } }
    }
    case 4: {
      const status = value === '0' ? 'False' : 'True'
      const set = [{ type: 'Mine', status, reason: 'R', message: 'm' } as const]
      return { is: 'status', of: Thing, key, status: { conditions: conditions({ set }) } }
    }
    default:
      return { is: 'delete', of: Thing, key, when: mayGo }
  }
}

interface Task {
  readonly intent: Intent<Thing>
  /** Of the object that a synced cache had when it was said: only that one is meant by a deletion. */
  readonly meant: string | undefined
  writes: number
  running: boolean
  applied: Applied<Thing> | undefined
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** One random life of three objects: a writer with lost answers and an old cache, and a rival who asks nobody. */
class WritingRun {
  readonly clock: ModelClock
  readonly server = new ModelServer()
  readonly cache: ModelCache
  readonly applier: Applier
  readonly tasks = new Map<string, Task>()
  readonly stop = new AbortController()
  counts = { writes: 0, conflicts: 0, lost: 0, exists: 0 }
  #rivalWrites = 0

  constructor(seed: number) {
    this.clock = new ModelClock(seed)
    this.cache = new ModelCache(this.server, [Thing], this.clock)
    this.applier = new Applier({
      name: 'model',
      cache: this.cache,
      clients: { c: this.server },
      clock: this.clock,
      observer: {
        wrote: (_record, outcome) => {
          if (outcome === 'conflict') this.counts.conflicts += 1
          if (outcome === 'exists') this.counts.exists += 1
        },
      },
    })
  }

  object(name: string): DeepReadonly<Thing> | undefined {
    const found = this.server.all('Thing').find(({ metadata }) => metadata.name === name)
    return found === undefined ? undefined : (structuredClone(found) as Thing)
  }

  begin(name: string, intent: Intent<Thing>): void {
    const isSynced = this.cache.sync(Thing).is === 'synced'
    const meant = isSynced ? this.cache.get(Thing, { name })?.metadata.uid : undefined
    const task: Task = { intent, meant, writes: 0, running: true, applied: undefined }
    this.tasks.set(name, task)
    this.applier.apply(intent, this.stop.signal).then(
      (applied) => {
        task.running = false
        task.applied = applied
        this.#checkCache(name, applied)
      },
      (error: unknown) => {
        task.running = false
        if (!(error instanceof KubeError) || (error.status !== 0 && !isConflict(error)))
          this.#failure ??= error as Error
      },
    )
  }

  #failure: Error | undefined

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Read-your-writes: what was answered, or something newer, stands in the cache at once. */
  #checkCache(name: string, applied: Applied<Thing>): void {
    const here = this.cache.get(Thing, { name })
    const fail = (why: string): void => void (this.#failure ??= new Error(`${name}: ${why}`))
    if (applied.is === 'created' || applied.is === 'patched') {
      const answered = Number(applied.object.metadata.resourceVersion)
      const isGone = applied.object.metadata.deletionTimestamp !== undefined
      if (here === undefined && !isGone && this.object(name)?.metadata.uid === applied.object.metadata.uid)
        fail(`${applied.is}, and the cache does not have it`)
      if (here !== undefined && Number(here.metadata.resourceVersion) < answered)
        fail(`${applied.is}, and the cache has an older one`)
    }
  }

  /** Answers one request; what it changed must be what its intent gave, and something. */
  answer(index: number, how: 'well' | 'lost-before' | 'lost-after'): void {
    const [verb = '', , name = ''] = (this.server.asked[index] ?? '').split(' ')
    const before = this.object(name)
    const { writes } = this.server
    this.server.answer(index, how)
    if (how !== 'well') this.counts.lost += 1
    if (this.server.writes === writes) return
    this.counts.writes += 1
    const task = this.tasks.get(name)
    if (task === undefined) throw new Error(`${verb} ${name}: nobody asked for it`)
    task.writes += 1
    if (task.writes > 1) throw new Error(`${verb} ${name}: the second write of one apply`)
    const after = this.object(name)
    if (verb === 'delete' && before !== undefined && !mayGo(before)) throw new Error(`${name} was to stay`)
    if (verb === 'delete' && task.meant !== undefined && before?.metadata.uid !== task.meant)
      throw new Error(`${name}: another one of this name was deleted`)
    if (before === undefined || after === undefined || before.metadata.uid !== after.metadata.uid) return
    const [was, is] = [partsOf(before), partsOf(after)]
    if (!equal(was.others, is.others))
      throw new Error(
        `${verb} ${name} changed what was not given: ${JSON.stringify([was.others, is.others])}`,
      )
    if (verb === 'patch' && equal(was.given, is.given))
      throw new Error(`${name}: a write that changes nothing`)
  }

  /** Without asking anybody, as users do. */
  rival(name: string): void {
    this.#rivalWrites += 1
    const value = String(this.#rivalWrites)
    switch (this.clock.below(6)) {
      case 0:
        if (this.object(name) === undefined)
          this.server.userPut('Thing', { metadata: { name }, data: { theirs: value } } as KubeObject)
        return
      case 1:
        return this.server.userDelete('Thing', name)
      case 2:
        return this.server.userEdit('Thing', name, (object) => {
          const finalizers = (object.metadata['finalizers'] ?? []) as string[]
          const others = finalizers.filter((finalizer) => finalizer !== theirs)
          object.metadata['finalizers'] = others.length < finalizers.length ? others : [theirs, ...finalizers]
          return object
        })
      case 3:
        return this.server.userEdit('Thing', name, (object) => {
          const status = (object['status'] ?? {}) as { conditions?: { type: string }[] }
          const others = (status.conditions ?? []).filter(({ type }) => type !== 'Theirs')
          return { ...object, status: { conditions: [{ type: 'Theirs', status: value }, ...others] } }
        })
      default:
        return this.server.userEdit('Thing', name, (object) => ({
          ...object,
          data: { ...(object['data'] as object | undefined), theirs: value },
        }))
    }
  }

  async step(): Promise<void> {
    const name = this.clock.pick(names) ?? 'a'
    const task = this.tasks.get(name)
    switch (this.clock.below(8)) {
      case 0:
      case 1:
        if (task?.running === true) break
        // What threw is wanted again, as a queue does.
        this.begin(
          name,
          task !== undefined && task.applied === undefined ? task.intent : intentOf(this.clock, name),
        )
        break
      case 2:
        this.rival(name)
        break
      case 3:
        this.cache.deliver(Thing)
        break
      case 4:
        if (this.clock.below(10) === 0) this.cache.startList(Thing)
        break
      case 5:
        this.clock.advance(20)
        break
      default:
        if (this.server.pending.length > 0)
          this.answer(
            this.clock.below(this.server.pending.length),
            this.clock.pick(['well', 'well', 'well', 'lost-before', 'lost-after'] as const) ?? 'well',
          )
    }
    await settle()
    this.throwIfFailed()
  }

  /** No more faults, no rival: until nothing is under way. */
  async quiet(): Promise<void> {
    const isBusy = (): boolean =>
      this.server.pending.length > 0 || [...this.tasks.values()].some(({ running }) => running)
    for (let turns = 0; isBusy(); turns += 1) {
      if (turns > 200) throw new Error(`never quiet: ${this.server.asked.join(', ')}`)
      while (this.server.pending.length > 0) this.answer(0, 'well')
      await settle()
      this.clock.advance(2000)
      await settle()
      this.throwIfFailed()
    }
    while (this.cache.deliver(Thing));
  }

  /** What was wanted last is so after one more apply; then another writes nothing. */
  async checkEnd(): Promise<void> {
    for (const [name, { intent }] of this.tasks) {
      this.begin(name, intent)
      await this.quiet()
      const { applied } = this.tasks.get(name) ?? {}
      if (applied === undefined) throw new Error(`${name}: not done in peace`)
      const fault = faultOf(intent, applied, this.object(name), this.clock.now())
      if (fault !== undefined) throw new Error(`${name}: ${intent.is} was ${applied.is}, and ${fault}`)
      const { writes } = this.server
      this.begin(name, intent)
      await this.quiet()
      if (this.server.writes !== writes) throw new Error(`${name}: ${intent.is} writes again and again`)
    }
  }
}

/** What is not as an intent wants it, if anything. */
const faultOf = (
  intent: Intent<Thing>,
  applied: Applied<Thing>,
  live: DeepReadonly<Thing> | undefined,
  nowMs: number,
): string | undefined => {
  if (intent.is === 'delete') {
    if (applied.is === 'deleted' || applied.is === 'gone')
      return live === undefined ? undefined : 'it is there'
    if (applied.is === 'going') return live?.metadata.deletionTimestamp === undefined ? 'it stays' : undefined
    return live !== undefined && !mayGo(live) ? undefined : 'it was to go'
  }
  if (applied.is === 'missing')
    return live === undefined && intent.is !== 'create' ? undefined : 'it is there'
  if (live === undefined)
    return intent.is === 'patch' && applied.is === 'patched' ? undefined : 'it is not there'
  if (applied.is === 'notOurs') return isMine(live) ? 'it is ours' : undefined
  if (applied.is === 'going') return live.metadata.deletionTimestamp === undefined ? 'it stays' : undefined
  const fields =
    intent.is === 'create' ? intent.object : intent.is === 'patch' ? intent.fields : { status: intent.status }
  return difference<Thing>(live, fields as never, { nowMs }) === undefined ? undefined : 'it differs'
}

/** Throws when a rule is broken; answers how much was met. */
export const runWriting = async (seed: number, steps: number): Promise<WritingRun['counts']> => {
  const run = new WritingRun(seed)
  run.cache.startList(Thing)
  run.cache.deliver(Thing)
  try {
    for (let step = 0; step < steps; step += 1) await run.step()
    await run.quiet()
    await run.checkEnd()
  } finally {
    run.stop.abort()
    while (run.server.pending.length > 0) run.server.answer(0, 'lost-before')
    await settle()
  }
  return run.counts
}
