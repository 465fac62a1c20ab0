import { identityText } from '../../schema/identity-text.ts'
import type { StructuralSchema } from '../../schema/structural-schema.ts'

/** Every field that can be owned by itself, by its path, with its value where it is one. */
export type Leaves = Map<string, string>

const below = (path: string, element: string): string => `${path}/${element}`

/** What of a value can be owned: the plain way, without sets and merges. */
export const leavesOf = (
  schema: StructuralSchema,
  value: unknown,
  path = '',
  leaves: Leaves = new Map(),
): Leaves => {
  const { type, properties = {}, additionalProperties, items = {} } = schema
  const listType = schema['x-kubernetes-list-type']
  if (value === undefined || value === null) return leaves
  if (type === 'array' && listType !== undefined) {
    for (const item of value as readonly (string | Record<string, unknown>)[]) {
      const element =
        typeof item === 'string' ? `v:${JSON.stringify(item)}` : `k:{"key":${JSON.stringify(item['key'])}}`
      leaves.set(below(path, element), '')
      if (typeof item !== 'string') leavesOf(items, item, below(path, element), leaves)
    }
  } else if (type === 'object' && schema['x-kubernetes-map-type'] !== 'atomic') {
    for (const [name, field] of Object.entries(value)) {
      const at = below(path, `f:${name}`)
      if (typeof additionalProperties === 'object') {
        // an object that nothing is left of is null
        leaves.set(at, '')
        leavesOf(additionalProperties, field, at, leaves)
      } else leavesOf(properties[name] ?? {}, field, at, leaves)
    }
  } else leaves.set(path, identityText(value))
  return leaves
}

/** Who owns what, and what there is: rules of server-side apply on lists of paths. */
export class OwnerModel {
  leaves: Leaves = new Map()
  readonly owners = new Map<string, Set<string>>()

  /** Whether the apply is a conflict; nothing has changed then. */
  apply(manager: string, config: Leaves, force: boolean): boolean {
    const last = this.owners.get(manager) ?? new Set()
    const taken = [...config].filter(
      ([path, value]) => this.leaves.has(path) && this.leaves.get(path) !== value,
    )
    const isOwned = ([path]: readonly [string, string]): boolean => this.#othersOf(manager, path).length > 0
    if (!force && taken.some(isOwned)) return true
    for (const [path] of taken) for (const owned of this.#othersOf(manager, path)) owned.delete(path)
    for (const [path, value] of config) this.leaves.set(path, value)
    this.owners.set(manager, new Set(config.keys()))
    for (const path of last)
      if (!config.has(path) && this.#othersOf(manager, path).length === 0) this.#remove(path)
    return false
  }

  update(manager: string, next: Leaves): void {
    for (const path of this.leaves.keys()) if (!next.has(path)) this.#forget(path)
    const own = this.owners.get(manager) ?? new Set()
    for (const [path, value] of next) {
      if (this.leaves.get(path) === value) continue
      for (const owned of this.#othersOf(manager, path)) owned.delete(path)
      own.add(path)
    }
    this.owners.set(manager, own)
    this.leaves = new Map(next)
  }

  #othersOf(manager: string, path: string): Set<string>[] {
    return [...this.owners].flatMap(([name, owned]) => (name !== manager && owned.has(path) ? [owned] : []))
  }

  /** With all that is below. */
  #remove(path: string): void {
    for (const other of [...this.leaves.keys()])
      if (other === path || other.startsWith(`${path}/`)) {
        this.leaves.delete(other)
        this.#forget(other)
      }
  }

  #forget(path: string): void {
    for (const owned of this.owners.values()) owned.delete(path)
  }
}
