import { checkFields, refuseOption } from './check-option.ts'
import { checkWait } from './check-wait.ts'
import { isResourceNamed } from './resource-name.ts'
import { tell } from './tell.ts'
import { waitFor } from './wait-for.ts'
import type { AwaitedCluster } from './wait-for.ts'

/** One request as the server saw it. */
export interface RequestRecord {
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly at: number
  readonly verb: string
  /** `deployments.apps`, with `/status` for a subresource; the path of what is no resource. */
  readonly resource: string
  /** `status`, `scale` …; empty of the object itself. */
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly user: string
  readonly userAgent: string
  /** HTTP status; 0 when the connection was cut before an answer. */
  readonly status: number
  /** Of the answer's body; of a watch, all events so far. */
  readonly bytes: number
  readonly durationMs: number
}

/** Fields that a record must have; all of those that are given. */
export interface RequestFilter {
  readonly verb?: string
  /** `leases.coordination.k8s.io`, or `leases` of any group, when the core group has none of that name. */
  readonly resource?: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
  readonly user?: string
  readonly userAgent?: string
  readonly status?: number
}

/** How much a journal keeps, and how it comes to its records. */
export interface JournalOptions {
  /** How many records are kept; 50,000 when absent, enough for a long test. */
  readonly limit?: number | undefined
  /** Resolves when every answer given so far is in the journal; a server in this process needs none. */
  readonly catchUp?: () => Promise<void>
  /** Whose requests they are: nobody waits for one when it has been stopped. */
  readonly cluster?: AwaitedCluster
}

/** Which request is waited for, and how long. */
export interface RequestWait {
  /** How many matching requests there must have been, those before the call too; 1 when absent. */
  readonly count?: number
  /** By the machine's clock; when absent 30,000, in a test of `clusterTest` less, when the test itself has less. */
  readonly timeoutMs?: number
}

const usualLimit = 50_000
const usualWaitMs = 30_000

const writingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

/** `201 create configmaps default/a by admin (kubectl), 3 ms, 312 B` */
const lineOf = (record: RequestRecord): string => {
  const { verb, resource, namespace, name, user, userAgent, status, bytes, durationMs } = record
  const where = namespace === '' ? name : `${namespace}/${name === '' ? '*' : name}`
  const agent = userAgent === '' ? '' : ` (${userAgent.split(' ', 1)[0]})`
  const what = [status === 0 ? 'cut' : status, verb, resource, where].filter((word) => word !== '').join(' ')
  return `${what} by ${user === '' ? 'nobody' : user}${agent}, ${Math.round(durationMs)} ms, ${bytes} B`
}

const filterFields = ['verb', 'resource', 'subresource', 'namespace', 'name', 'user', 'userAgent', 'status']

/** Throws a TypeError for a filter that is none: by a misspelt one nothing is found, and a test for nothing passes. */
const matcherOf = (given: RequestFilter): ((record: RequestRecord) => boolean) => {
  checkFields('journal filter', given, filterFields)
  const { resource, ...filter } = given
  const wanted = Object.entries(filter).filter(([, value]) => value !== undefined)
  return (record) =>
    (resource === undefined || isResourceNamed(resource, record.resource)) &&
    wanted.every(([field, value]) => record[field as keyof RequestFilter] === value)
}

/** What was asked of a cluster, in the order of the answers. */
export class Journal {
  readonly #records: RequestRecord[] = []
  readonly #counters = new Map<string, number>()
  readonly #listeners = new Set<(record: RequestRecord) => void>()
  readonly #limit: number
  readonly #catchUp: () => Promise<void>
  readonly #clusters: readonly AwaitedCluster[]
  #forgotten = 0

  /** Throws a TypeError for a limit that is none. */
  constructor({ limit = usualLimit, catchUp = () => Promise.resolve(), cluster }: JournalOptions = {}) {
    if (!(Number.isInteger(limit) && limit >= 0))
      refuseOption('journal limit', 'a whole number from 0', limit)
    this.#limit = limit
    this.#catchUp = catchUp
    this.#clusters = cluster === undefined ? [] : [cluster]
  }

  /** Resolves with the journal when every answer given before the call is in it: a real server writes it later. */
  async upToNow(): Promise<this> {
    await this.#catchUp()
    return this
  }

  /** The records that match, oldest first. */
  all(filter: RequestFilter = {}): RequestRecord[] {
    return this.#records.filter(matcherOf(filter))
  }

  /** Requests that may have changed something: successful writes. */
  writes(filter: RequestFilter = {}): RequestRecord[] {
    return this.all(filter).filter(
      ({ verb, status }) => writingVerbs.has(verb) && status >= 200 && status < 300,
    )
  }

  /** Answers by `verb resource`, since the start or the last `clear()`. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counters].sort(([left], [right]) => (left < right ? -1 : 1)))
  }

  /** How many records are no longer kept. */
  get forgotten(): number {
    return this.#forgotten
  }

  /**
   * Resolves with the matching request, or with the `count`th of them, also when it has been before: `clear()` first for
   * those to come. Rejects with the end of the journal when time is up, or its cluster is stopped.
   */
  wait(filter: RequestFilter, options: RequestWait = {}): Promise<RequestRecord> {
    checkWait('journal wait', options, ['count', 'timeoutMs'])
    const { count = 1, timeoutMs } = options
    if (!(Number.isInteger(count) && count >= 1))
      refuseOption('journal wait: count', 'a whole number from 1', count)
    const isMatch = matcherOf(filter)
    const before = this.all(filter)
    let seen = before.length
    let found = before[count - 1]
    return waitFor<RequestRecord>({
      clusters: this.#clusters,
      read: () => found,
      subscribe: (look) =>
        this.subscribe((record) => {
          if (found !== undefined || !isMatch(record) || ++seen < count) return
          found = record
          look()
        }),
      timeoutMs,
      usualMs: usualWaitMs,
      late: (why) => {
        const wanted = `no request ${JSON.stringify(filter)} ${why} (${seen} of ${count})`
        const tail = this.tail()
        return new Error(tail === '' ? `${wanted}; there were none` : `${wanted}; the last ones:\n${tail}`)
      },
    })
  }

  /** The last records, one line each: what to print when a test waits in vain. */
  tail(count = 20): string {
    return count === 0 ? '' : this.#records.slice(-count).map(lineOf).join('\n')
  }

  /** Calls back for each new record; the answer ends that. */
  subscribe(listener: (record: RequestRecord) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  clear(): void {
    this.#records.length = 0
    this.#counters.clear()
    this.#forgotten = 0
  }

  /** For the server: adds a record, which it goes on filling while a watch lasts. */
  add(record: RequestRecord): void {
    this.#records.push(record)
    // not one by one: moving all of them for each would cost more than the request
    if (this.#records.length > this.#limit * 1.1)
      this.#forgotten += this.#records.splice(0, this.#records.length - this.#limit).length
    const key = `${record.verb} ${record.resource}`
    this.#counters.set(key, (this.#counters.get(key) ?? 0) + 1)
    for (const listener of this.#listeners) tell(() => listener(record))
  }
}
