type IsEqual = (left: unknown, right: unknown) => boolean

/** A list of which the schema says that it is a set, or a map by keys of its items: its order does not count. */
export class KeyedList extends Array<unknown> {
  /** What is made of its items is an ordinary list. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  #keyOf: (item: unknown) => unknown = (item) => item

  /** `keyOf`: what an item is found by; the item itself in a set. */
  static keyedBy(items: readonly unknown[], keyOf: (item: unknown) => unknown): KeyedList {
    const list = new KeyedList()
    for (const item of items) list.push(item)
    list.#keyOf = keyOf
    return list
  }

  #find(item: unknown, isEqual: IsEqual): number {
    const key = this.#keyOf(item)
    return this.findIndex((other) => isEqual(this.#keyOf(other), key))
  }

  hasSame(other: unknown, isEqual: IsEqual): boolean {
    return (
      Array.isArray(other) &&
      other.length === this.length &&
      other.every((item: unknown) => {
        const at = this.#find(item, isEqual)
        return at !== -1 && isEqual(this[at], item)
      })
    )
  }

  /** What `+` gives: items that are there already are replaced in their place. */
  joined(added: readonly unknown[], isEqual: IsEqual): KeyedList {
    const list = KeyedList.keyedBy(this, this.#keyOf)
    for (const item of added) {
      const at = list.#find(item, isEqual)
      if (at === -1) list.push(item)
      else list[at] = item
    }
    return list
  }
}
