import type { Kind } from '@odfmo/api-types/meta'

/**
 * Whether one server can begin a watch with everything there is (`sendInitialEvents`: Kubernetes 1.34 and newer by
 * default). Believed until it refuses, then never asked again; by API group, as a group may be served by another server
 * behind it.
 */
export class StreamSupport {
  readonly #without = new Set<string>()

  has({ group }: Kind): boolean {
    return !this.#without.has(group)
  }

  refused({ group }: Kind): void {
    this.#without.add(group)
  }
}
