import { keyOf, keyText, type DeepReadonly, type KubeObject } from '@odfmo/api-types/meta'
import type { Index } from '../watched-kind.ts'

/** By the texts of their keys. Most buckets have one object, and a map of one takes as much as a small object. */
type Bucket<T> = Map<string, DeepReadonly<T>> | DeepReadonly<T>

type Buckets<T> = Map<string, Bucket<T>>

/**
 * The indexes of one store: buckets of objects, by the values an index gives for each. An index that throws over an
 * object, or answers no array, leaves it out; whoever asked for that is told which.
 */
export class Indexes<T extends KubeObject> {
  readonly #of = new Map<Index<T>, Buckets<T>>()
  readonly #onThrow: (error: unknown) => void

  constructor(onThrow: (error: unknown) => void) {
    this.#onThrow = onThrow
  }

  /** Filled with `objects`, by the text of their keys, if it is new. */
  add(index: Index<T>, objects: ReadonlyMap<string, DeepReadonly<T>>): void {
    if (this.#of.has(index)) return
    const buckets: Buckets<T> = new Map()
    this.#of.set(index, buckets)
    for (const [text, object] of objects) this.#file(index, buckets, text, undefined, object)
  }

  find(index: Index<T>, value: string): readonly DeepReadonly<T>[] {
    const bucket = this.#of.get(index)?.get(value)
    if (bucket === undefined) return []
    return bucket instanceof Map ? [...bucket.values()] : [bucket]
  }

  /** An object came (`old` undefined), changed, or went. */
  update(text: string, old: DeepReadonly<T> | undefined, object: DeepReadonly<T> | undefined): void {
    for (const [index, buckets] of this.#of) this.#file(index, buckets, text, old, object)
  }

  #file(
    index: Index<T>,
    buckets: Buckets<T>,
    text: string,
    old: DeepReadonly<T> | undefined,
    object: DeepReadonly<T> | undefined,
  ): void {
    for (const value of this.#values(index, old)) {
      const bucket = buckets.get(value)
      if (bucket instanceof Map) bucket.delete(text)
      if (bucket instanceof Map ? bucket.size === 0 : bucket === old) buckets.delete(value)
    }
    for (const value of this.#values(index, object)) {
      const bucket = buckets.get(value)
      const entry = object as DeepReadonly<T>
      if (bucket instanceof Map) bucket.set(text, entry)
      else if (bucket === undefined || textOf(bucket) === text) buckets.set(value, entry)
      else {
        buckets.set(
          value,
          new Map([
            [textOf(bucket), bucket],
            [text, entry],
          ]),
        )
      }
    }
  }

  #values(index: Index<T>, object: DeepReadonly<T> | undefined): readonly string[] {
    if (object === undefined) return []
    try {
      const values: unknown = index.values(object as T)
      if (Array.isArray(values)) return values as readonly string[]
      throw new TypeError(`expected an array of texts, got ${nameOf(values)}`)
    } catch (error) {
      const where = `index "${index.name}" of ${index.of.name}, object ${textOf(object)}`
      const why = error instanceof Error ? error.message : 'unknown error'
      this.#onThrow(new Error(`${where}: ${why}`, { cause: error }))
      return []
    }
  }
}

/** By its type: what is in it may be somebody's secret. */
const nameOf = (value: unknown): string =>
  value === undefined || value === null ? String(value) : `a ${typeof value}`

const textOf = (object: DeepReadonly<KubeObject>): string => keyText(keyOf(object))
