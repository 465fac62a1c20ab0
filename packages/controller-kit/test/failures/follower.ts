import { keyText } from '@odfmo/api-types/meta'
import type { CacheEvent } from '../../src/cache/cache.ts'

/** Somebody who knows of a cluster only what the cache tells him, and notices when that cannot be right. */
export class Follower {
  /** `came a`, `changed a`, `went a`, in order. */
  readonly events: string[] = []
  /** Told twice, or with an old state that was never told. */
  readonly complaints: string[] = []
  /** Name → resourceVersion. */
  readonly #known = new Map<string, string | undefined>()

  readonly hear = ({ key, old, object }: CacheEvent): void => {
    const name = key.name
    const id = keyText(key)
    const known = this.#known.get(id)
    const version = object?.metadata.resourceVersion
    if (old?.metadata.resourceVersion !== known)
      this.complaints.push(`${name}: old is ${old?.metadata.resourceVersion}, told was ${known}`)
    if (version === known) this.complaints.push(`${name}: ${version ?? 'that it went'} was told twice`)
    this.events.push(`${object === undefined ? 'went' : known === undefined ? 'came' : 'changed'} ${name}`)
    if (object === undefined) this.#known.delete(id)
    else this.#known.set(id, version)
  }

  /** `name resourceVersion` of all that is believed to be there. */
  get state(): string[] {
    return [...this.#known].map(([id, version]) => `${id.split('/').at(-1)} ${version}`).toSorted()
  }
}
