import type { ClusterClient } from '../access/cluster-client.ts'
import type { RequestRecord } from '../journal.ts'

const configMaps = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }

/** Requests that mean nothing but "up to here": when one shows in the audit log, so does all that was answered before. */
export class JournalMarks {
  readonly #reached = new Map<string, () => void>()
  #count = 0

  /** Resolves when everything that the server has answered so far has been told to `see`. */
  async pass(client: ClusterClient): Promise<void> {
    this.#count += 1
    const name = `journal-mark-${this.#count}`
    const seen = new Promise<void>((resolve) => this.#reached.set(name, resolve))
    try {
      await client.get(configMaps, { namespace: 'default', name })
    } catch (error) {
      this.#reached.delete(name)
      throw error
    }
    await seen
  }

  see({ name }: Pick<RequestRecord, 'name'>): void {
    this.#reached.get(name)?.()
    this.#reached.delete(name)
  }
}
