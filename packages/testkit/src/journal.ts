/** One request as the server saw it. */
export interface RequestRecord {
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly at: number
  readonly verb: string
  /** `deployments.apps`, with `/status` for a subresource; the path of what is no resource. */
  readonly resource: string
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

export interface RequestFilter {
  readonly verb?: string
  readonly resource?: string
  readonly namespace?: string
  readonly name?: string
  readonly user?: string
  readonly status?: number
}

/** Enough for a long test; counters go on beyond it. */
const keptRecords = 50_000

const writingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

/** What was asked of a cluster, in the order of the answers. */
export class Journal {
  readonly #records: RequestRecord[] = []
  readonly #counters = new Map<string, number>()
  readonly #listeners = new Set<(record: RequestRecord) => void>()

  /** The records that match, oldest first. */
  all(filter: RequestFilter = {}): RequestRecord[] {
    const wanted = Object.entries(filter).filter(([, value]) => value !== undefined)
    return this.#records.filter((record) =>
      wanted.every(([field, value]) => record[field as keyof RequestFilter] === value),
    )
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

  /** The last records, one line each: what to print when a test waits in vain. */
  tail(count = 20): string {
    return this.#records
      .slice(-count)
      .map(
        ({ verb, resource, namespace, name, user, status }) =>
          `${status} ${verb} ${resource} ${namespace === '' ? name : `${namespace}/${name}`} by ${user}`,
      )
      .join('\n')
  }

  /** Calls back for each new record; the answer ends that. */
  subscribe(listener: (record: RequestRecord) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  clear(): void {
    this.#records.length = 0
    this.#counters.clear()
  }

  /** For the server: adds a record, which it goes on filling while a watch lasts. */
  add(record: RequestRecord): void {
    this.#records.push(record)
    if (this.#records.length > keptRecords * 1.1) this.#records.splice(0, this.#records.length - keptRecords)
    const key = `${record.verb} ${record.resource}`
    this.#counters.set(key, (this.#counters.get(key) ?? 0) + 1)
    for (const listener of this.#listeners) listener(record)
  }
}
