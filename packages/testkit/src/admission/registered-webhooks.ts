import type { Store } from '../storage/store.ts'
import type { Table } from '../storage/table.ts'
import { webhooksOf } from './webhook.ts'
import type { Webhook } from './webhook.ts'

/** The webhooks of all configurations of one kind, as they are now: by the names of the configurations. */
export class RegisteredWebhooks {
  readonly #table: Table
  readonly #unsubscribe: () => void
  #read: readonly Webhook[] | undefined

  /** `tableId`: where the store keeps the configurations. */
  constructor(store: Store, tableId: string) {
    this.#table = store.table(tableId)
    this.#unsubscribe = this.#table.subscribe(() => {
      this.#read = undefined
    })
  }

  get isEmpty(): boolean {
    return this.#table.size === 0
  }

  get all(): readonly Webhook[] {
    this.#read ??= this.#table.sortedKeys().flatMap((key) => {
      const stored = this.#table.get(key)
      return stored === undefined ? [] : webhooksOf(stored.read())
    })
    return this.#read
  }

  stop(): void {
    this.#unsubscribe()
  }
}
