import { setTimeout as wait } from 'node:timers/promises'
import { journalOf, type Cluster } from '@odfmo/testkit'
import type { HubRequests } from './calls.ts'

const writing = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])
/** How long nothing must be written before all is taken to be done: longer than the hub gathers changes. */
const stillMs = 2_000
const lookMs = 50

export const isLeaseOrEvent = (resource: string): boolean =>
  resource.startsWith('leases.') || resource.startsWith('events')

/** Counts what one user asks of a cluster, from now on. */
export class RequestCounts {
  readonly #cluster: Cluster
  readonly #counts = new Map<string, number>()
  #lastWriteAt = 0

  constructor(cluster: Cluster, user: string) {
    this.#cluster = cluster
    cluster.requests?.subscribe((record) => {
      if (record.user !== user) return
      const { verb, resource } = record
      const what = `${verb} ${resource}`
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
      if (writing.has(verb) && !isLeaseOrEvent(resource)) this.#lastWriteAt = record.at
    })
  }

  /** With all that was answered before the call. */
  async now(): Promise<HubRequests> {
    await journalOf(this.#cluster)
    return { counts: Object.fromEntries(this.#counts), lastWriteAt: this.#lastWriteAt }
  }

  /** Resolves with the time of the last write when none has followed it for a while. */
  async lastWrite(): Promise<number> {
    const since = Date.now()
    for (;;) {
      await wait(lookMs)
      const { lastWriteAt } = await this.now()
      if (Date.now() - Math.max(lastWriteAt, since) >= stillMs) return lastWriteAt
    }
  }
}
