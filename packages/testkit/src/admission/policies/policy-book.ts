import type { Store } from '../../storage/store.ts'
import type { Table } from '../../storage/table.ts'
import { readBinding, readPolicy } from './admission-policy.ts'
import type { AdmissionPolicy, PolicyBinding } from './admission-policy.ts'

const group = 'admissionregistration.k8s.io'

/** A policy with those who put it in force. */
export interface BoundPolicy {
  readonly policy: AdmissionPolicy
  readonly bindings: readonly PolicyBinding[]
}

/** The policies in force, in the order of their names; read again after a change, when somebody asks. */
export class PolicyBook {
  readonly #policies: Table
  readonly #bindings: Table
  readonly #unsubscribe: readonly (() => void)[]
  /** Compiled anew only when they themselves change. */
  readonly #read = new Map<string, AdmissionPolicy>()
  #bound: readonly BoundPolicy[] | undefined

  constructor(store: Store) {
    this.#policies = store.table(`${group}/validatingadmissionpolicies`)
    this.#bindings = store.table(`${group}/validatingadmissionpolicybindings`)
    this.#unsubscribe = [
      this.#policies.subscribe(({ current }) => {
        this.#read.delete(current.name)
        this.#bound = undefined
      }),
      this.#bindings.subscribe(() => {
        this.#bound = undefined
      }),
    ]
  }

  /** No policy can have a say. */
  get isEmpty(): boolean {
    return this.#bindings.size === 0 || this.#policies.size === 0
  }

  get bound(): readonly BoundPolicy[] {
    this.#bound ??= this.#gathered()
    return this.#bound
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
  }

  #gathered(): BoundPolicy[] {
    const bindings = new Map<string, PolicyBinding[]>()
    for (const key of this.#bindings.sortedKeys()) {
      const stored = this.#bindings.get(key)
      if (stored === undefined) continue
      const binding = readBinding(stored.read())
      bindings.set(binding.policyName, [...(bindings.get(binding.policyName) ?? []), binding])
    }
    return this.#policies.sortedKeys().flatMap((key) => {
      const stored = this.#policies.get(key)
      const own = stored === undefined ? undefined : bindings.get(stored.name)
      if (stored === undefined || own === undefined) return []
      const policy = this.#read.get(stored.name) ?? readPolicy(stored.read())
      this.#read.set(stored.name, policy)
      return [{ policy, bindings: own }]
    })
  }
}
