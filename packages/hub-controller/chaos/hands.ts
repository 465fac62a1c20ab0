import { contract } from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { KubeError } from '@odfmo/controller-kit'
import type { InMemoryCluster } from '@odfmo/testkit'
import type { CountedClient } from './counted-client.ts'

/** `secrets cluster1/name`: one object, for sets of them. */
export const objectText = (kind: Kind, { namespace = '', name }: ObjectKey): string =>
  `${kind.plural} ${namespace}/${name}`

/**
 * What users, agents and other software do to the hub: past all faults, which are for the hub controller alone. What
 * the server refuses is refused to a person too: false.
 */
export class Hands {
  readonly cluster: InMemoryCluster
  readonly #client: CountedClient
  /** Objects that somebody else than the hub controller is changing right now. */
  readonly busyWith = new Set<string>()

  constructor(cluster: InMemoryCluster, client: CountedClient) {
    this.cluster = cluster
    this.#client = client
  }

  find<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): T | undefined {
    return this.cluster.get({ apiVersion: apiVersionOf(kind), kind: kind.kind }, key) as T | undefined
  }

  list<T extends KubeObject>(kind: Kind<T>, namespace?: string): readonly T[] {
    return this.cluster.list(
      { apiVersion: apiVersionOf(kind), kind: kind.kind },
      namespace,
    ) as unknown as readonly T[]
  }

  create<T extends KubeObject>(kind: Kind<T>, object: T): Promise<boolean> {
    const { name = '', namespace } = object.metadata
    return this.#do(kind, { name, ...(namespace === undefined ? {} : { namespace }) }, () =>
      this.#client.create(kind, object),
    )
  }

  patch(kind: Kind, key: ObjectKey, body: object, subresource?: string): Promise<boolean> {
    return this.#do(kind, key, () =>
      this.#client.patch(kind, key, 'merge', body, subresource === undefined ? {} : { subresource }),
    )
  }

  remove(kind: Kind, key: ObjectKey): Promise<boolean> {
    return this.#do(kind, key, () => this.#client.delete(kind, key))
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  async #do(kind: Kind, key: ObjectKey, call: () => Promise<unknown>): Promise<boolean> {
    const text = objectText(kind, key)
    this.busyWith.add(text)
    try {
      await call()
      return true
    } catch (error) {
      if (error instanceof KubeError && error.status >= 400 && error.status < 500) return false
      throw error
    } finally {
      this.busyWith.delete(text)
    }
  }
}

/** Labels and annotations that users put on objects begin so. */
export const usersPrefix = 'user.example/'

export const hubFinalizer = contract.finalizer.hub
