import type { WatchEvent } from '../../src/client/object-client.ts'
import { failure, type Table, type Thing } from './cache-table.ts'

type Part = WatchEvent<Thing> | { readonly type: 'END' } | { readonly type: 'FAIL'; readonly error: unknown }

/** One open watch: what the server has sent, of which the model lets some arrive. */
export class CacheStream {
  readonly table: Table
  readonly #selects: (object: Thing | undefined) => boolean
  readonly #sent: Part[] = []
  readonly #arrived: Part[] = []
  /** The end of what is there is still to be sent. */
  awaitsEnd = false
  #wake: () => void = () => undefined

  constructor(table: Table, selects: (object: Thing | undefined) => boolean) {
    this.table = table
    this.#selects = selects
  }

  initial(object: Thing): void {
    if (this.#selects(object)) this.#sent.push({ type: 'ADDED', object: structuredClone(object) })
  }

  push(change: {
    readonly version: number
    readonly before: Thing | undefined
    readonly after: Thing | undefined
  }): void {
    const { version, before, after } = change
    const wasIn = this.#selects(before)
    if (after !== undefined && this.#selects(after)) {
      this.#sent.push({ type: wasIn ? 'MODIFIED' : 'ADDED', object: structuredClone(after) })
    } else if (wasIn && before !== undefined) {
      const metadata = { ...before.metadata, resourceVersion: String(version) }
      this.#sent.push({ type: 'DELETED', object: { ...before, metadata } })
    }
  }

  /** How far it is; the first time also that what is there ends here. */
  bookmark(version: number): void {
    this.#sent.push({
      type: 'BOOKMARK',
      object: { metadata: { resourceVersion: String(version) }, value: '' },
      ...(this.awaitsEnd ? { endsInitialEvents: true } : {}),
    })
    this.awaitsEnd = false
  }

  /** What was sent arrives, up to so many; false when there was nothing. */
  deliver(count: number): boolean {
    const parts = this.#sent.splice(0, count)
    this.#arrived.push(...parts)
    this.#wake()
    return parts.length > 0
  }

  /** The server ends it in good order, after what it sent. */
  end(): void {
    this.#sent.push({ type: 'END' })
  }

  /** The history is gone: an ERROR in the stream, in place of what had not arrived. */
  expire(): void {
    if (this.#sent.length > 0) this.fail(failure(410))
  }

  /** It breaks; what has not arrived never will. */
  fail(error: unknown): void {
    this.#sent.length = 0
    this.#arrived.push({ type: 'FAIL', error })
    this.#wake()
  }

  async *events(): AsyncGenerator<WatchEvent<Thing>> {
    for (;;) {
      const part = this.#arrived.shift()
      if (part === undefined) await new Promise<void>((resolve) => (this.#wake = resolve))
      else if (part.type === 'END') return
      else if (part.type === 'FAIL') throw part.error
      else yield part
    }
  }
}
