import { keyOf, keyText, type KubeObject } from '@odfmo/api-types/meta'
import type { Store, StoreMark } from './store.ts'
import { withoutManagedFields } from './without-managed-fields.ts'

/**
 * What is there, while it comes in (in pages or in a stream): nothing of it is shown before it is complete. Of what the
 * store holds already no second copy is kept.
 */
export class Gathering<T extends KubeObject> {
  readonly #store: Store<T>
  readonly #namespace: string | undefined
  readonly #objects = new Map<string, T>()
  #since: StoreMark | undefined

  constructor(store: Store<T>, namespace: string | undefined) {
    this.#store = store
    this.#namespace = namespace
  }

  /** It is asked for now. */
  begin(): void {
    this.#objects.clear()
    this.#since = this.#store.mark()
  }

  /** One of what is there, or its newer state. */
  add(object: T): void {
    const kept = withoutManagedFields(object)
    this.#objects.set(keyText(keyOf(object)), this.#store.held(kept) ?? kept)
  }

  /** It went meanwhile. */
  remove(object: T): void {
    this.#objects.delete(keyText(keyOf(object)))
  }

  /** This was all, as of `resourceVersion`. */
  complete(resourceVersion: string): void {
    const objects = [...this.#objects.values()]
    this.#objects.clear()
    this.#store.replace(objects, resourceVersion, {
      ...(this.#namespace === undefined ? {} : { namespace: this.#namespace }),
      ...(this.#since === undefined ? {} : { since: this.#since }),
    })
  }

  /** The rest will not come. */
  discard(): void {
    this.#objects.clear()
  }
}
