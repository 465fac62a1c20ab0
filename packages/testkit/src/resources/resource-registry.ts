import { apiVersionOf } from './resource.ts'
import type { Resource } from './resource.ts'

const keyOf = (group: string, version: string, plural: string): string => `${group}/${version}/${plural}`

/** Which resources are served now: the built-in ones and those of the installed CustomResourceDefinitions. */
export class ResourceRegistry {
  readonly #served = new Map<string, Resource>()
  readonly #custom = new Map<string, readonly Resource[]>()
  readonly #kinds = new Map<string, Resource>()
  readonly #stored = new Map<string, Resource>()
  #generation = 0

  constructor(builtIn: readonly Resource[]) {
    for (const resource of builtIn) this.#add(resource)
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#served.get(keyOf(group, version, plural))
  }

  /** Whether a group is one of the server's own. */
  hasBuiltInGroup(name: string): boolean {
    for (const { group, isCustom } of this.#served.values()) if (group === name && !isCustom) return true
    return false
  }

  findKind(apiVersion: string, kind: string): Resource | undefined {
    return this.#kinds.get(`${apiVersion} ${kind}`)
  }

  /** Grows whenever what is served changes. */
  get generation(): number {
    return this.#generation
  }

  all(): Resource[] {
    return [...this.#served.values()]
  }

  /** One resource per table, in the version it is kept in if that is served. */
  stored(): Resource[] {
    return [...this.#stored.values()]
  }

  storedIn(table: string): Resource | undefined {
    return this.#stored.get(table)
  }

  /** Replaces the resources of one CustomResourceDefinition; an empty list takes them away. */
  setCustom(definition: string, resources: readonly Resource[]): void {
    for (const old of this.#custom.get(definition) ?? []) this.#remove(old)
    if (resources.length === 0) this.#custom.delete(definition)
    else this.#custom.set(definition, resources)
    for (const resource of resources) this.#add(resource)
    this.#generation++
  }

  #add(resource: Resource): void {
    this.#served.set(keyOf(resource.group, resource.version, resource.plural), resource)
    this.#kinds.set(`${apiVersionOf(resource)} ${resource.kind}`, resource)
    // a version that is not served may be the one that is stored: then another stands for it
    if ((resource.isStored || !this.#stored.has(resource.table)) && resource.verbs.includes('get'))
      this.#stored.set(resource.table, resource)
  }

  #remove(resource: Resource): void {
    this.#served.delete(keyOf(resource.group, resource.version, resource.plural))
    this.#kinds.delete(`${apiVersionOf(resource)} ${resource.kind}`)
    if (this.#stored.get(resource.table) === resource) this.#stored.delete(resource.table)
  }
}
