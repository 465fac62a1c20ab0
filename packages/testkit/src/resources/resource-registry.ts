import type { Resource } from './resource.ts'

const keyOf = (group: string, version: string, plural: string): string => `${group}/${version}/${plural}`

/** Which resources are served now: the built-in ones and those of the installed CustomResourceDefinitions. */
export class ResourceRegistry {
  readonly #served = new Map<string, Resource>()
  readonly #custom = new Map<string, readonly Resource[]>()

  constructor(builtIn: readonly Resource[]) {
    for (const resource of builtIn) this.#add(resource)
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#served.get(keyOf(group, version, plural))
  }

  findKind(apiVersion: string, kind: string): Resource | undefined {
    for (const resource of this.#served.values()) {
      if (resource.kind === kind && apiVersion === (resource.group === '' ? resource.version : `${resource.group}/${resource.version}`)) return resource
    }
    return undefined
  }

  all(): Resource[] {
    return [...this.#served.values()]
  }

  /** One resource per table, in the version it is kept in. */
  stored(): Resource[] {
    return this.all().filter(({ isStored }) => isStored)
  }

  storedIn(table: string): Resource | undefined {
    return this.stored().find((resource) => resource.table === table)
  }

  /** Replaces the resources of one CustomResourceDefinition; an empty list takes them away. */
  setCustom(definition: string, resources: readonly Resource[]): void {
    for (const old of this.#custom.get(definition) ?? []) this.#served.delete(keyOf(old.group, old.version, old.plural))
    if (resources.length === 0) this.#custom.delete(definition)
    else this.#custom.set(definition, resources)
    for (const resource of resources) this.#add(resource)
  }

  #add(resource: Resource): void {
    this.#served.set(keyOf(resource.group, resource.version, resource.plural), resource)
  }
}
