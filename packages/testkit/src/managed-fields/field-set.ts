import { compareElements } from './path-element.ts'
import type { FieldPath, PathElement } from './path-element.ts'

const noElements: ReadonlySet<PathElement> = new Set()
const noChildren: ReadonlyMap<PathElement, FieldSet> = new Map()

/**
 * A set of fields: which elements of this level are in it, and what is in it below them. That a field is in it says
 * nothing of those below, nor the other way round. Only `insert` changes a set.
 */
export class FieldSet {
  #members: Set<PathElement> | undefined
  #children: Map<PathElement, FieldSet> | undefined

  static of(...paths: readonly FieldPath[]): FieldSet {
    const set = new FieldSet()
    for (const path of paths) set.insert(path)
    return set
  }

  static from(members: Set<PathElement>, children: Map<PathElement, FieldSet>): FieldSet {
    const set = new FieldSet()
    if (members.size > 0) set.#members = members
    if (children.size > 0) set.#children = children
    return set
  }

  get members(): ReadonlySet<PathElement> {
    return this.#members ?? noElements
  }

  /** None of them is empty. */
  get children(): ReadonlyMap<PathElement, FieldSet> {
    return this.#children ?? noChildren
  }

  get isEmpty(): boolean {
    return this.#members === undefined && this.#children === undefined
  }

  /** The path of the whole object, which nobody owns, is passed over. */
  insert(path: FieldPath): void {
    if (path.length > 0) this.#insert(path, 0)
  }

  has(path: FieldPath): boolean {
    const [element = '', ...rest] = path
    if (rest.length === 0) return this.members.has(element)
    return this.children.get(element)?.has(rest) ?? false
  }

  /** What is in it below an element. */
  below(element: PathElement): FieldSet {
    return this.children.get(element) ?? new FieldSet()
  }

  union(other: FieldSet): FieldSet {
    if (other.isEmpty) return this
    if (this.isEmpty) return other
    const children = new Map(this.children)
    for (const [element, set] of other.children) {
      const own = children.get(element)
      children.set(element, own === undefined ? set : own.union(set))
    }
    return FieldSet.from(new Set([...this.members, ...other.members]), children)
  }

  intersection(other: FieldSet): FieldSet {
    const members = new Set([...this.members].filter((element) => other.members.has(element)))
    return FieldSet.from(
      members,
      this.#mapped((set, element) => set.intersection(other.below(element))),
    )
  }

  /** Without the fields of the other; what is below one of those stays. */
  difference(other: FieldSet): FieldSet {
    if (other.isEmpty) return this
    const members = new Set([...this.members].filter((element) => !other.members.has(element)))
    return FieldSet.from(
      members,
      this.#mapped((set, element) => set.difference(other.below(element))),
    )
  }

  /** Without the fields of the other and all below them. */
  without(other: FieldSet): FieldSet {
    if (other.isEmpty) return this
    const members = new Set([...this.members].filter((element) => !other.members.has(element)))
    return FieldSet.from(
      members,
      this.#mapped((set, element) =>
        other.members.has(element) ? new FieldSet() : set.without(other.below(element)),
      ),
    )
  }

  /** Every field in it, in order, those of a level before those below. */
  *paths(prefix: FieldPath = []): Generator<FieldPath> {
    for (const element of [...this.members].sort(compareElements)) yield [...prefix, element]
    const children = [...this.children].sort(([left], [right]) => compareElements(left, right))
    for (const [element, set] of children) yield* set.paths([...prefix, element])
  }

  #insert(path: FieldPath, step: number): void {
    const element = path[step] ?? ''
    if (step < path.length - 1) {
      this.#descend(element).#insert(path, step + 1)
      return
    }
    this.#members ??= new Set()
    this.#members.add(element)
  }

  #descend(element: PathElement): FieldSet {
    this.#children ??= new Map()
    const known = this.#children.get(element)
    if (known !== undefined) return known
    const created = new FieldSet()
    this.#children.set(element, created)
    return created
  }

  #mapped(change: (set: FieldSet, element: PathElement) => FieldSet): Map<PathElement, FieldSet> {
    const changed = new Map<PathElement, FieldSet>()
    for (const [element, set] of this.children) {
      const next = change(set, element)
      if (!next.isEmpty) changed.set(element, next)
    }
    return changed
  }
}
