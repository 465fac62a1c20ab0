import type { KubeObject } from '../kube-object.ts'
import type { Target, WriteOptions } from './api.ts'
import type { DeleteOptions } from './delete-options.ts'
import type { Verb } from './verb.ts'

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE'

/** A write on its way, as those see it who may change or refuse it. Objects are in the version of the request. */
export interface Write {
  /** The resource and the subresource of the request; the name is empty while it is not generated, and in deletecollection. */
  readonly target: Target
  readonly operation: Operation
  /** What shall be there; undefined in DELETE. Of a subresource with a kind of its own (Scale) that kind. */
  readonly object: KubeObject | undefined
  /** What is there; undefined in CREATE. */
  readonly old: KubeObject | undefined
  readonly options: WriteOptions
  /** Of a DELETE. */
  readonly deletion?: DeleteOptions
}

/** Somebody who is asked about writes. */
export interface AdmissionStep<T> {
  /** Nobody is registered: the write is not even described to it. This is all that a write costs then. */
  readonly isIdle: boolean
  /** Throws the ApiError that the write is refused with. */
  review(write: Write): Verb<T>
}

/** Everybody who has a word in a write, in the order in which they are asked. */
export interface AdmissionChain {
  /** Keeps `metadata.managedFields`: after decoding, before mutating admission. Answers the object to go on with. */
  readonly manageFields?: (write: Write & { readonly object: KubeObject }) => KubeObject
  /** Server-side apply: what a configuration makes of what is there, undefined for nothing, with its owners. */
  readonly applyFields?: (
    target: Target,
    live: KubeObject | undefined,
    config: KubeObject,
    options: WriteOptions,
  ) => KubeObject
  /** Mutating webhooks. Each answers the object to go on with; undefined for DELETE. */
  readonly mutating: readonly AdmissionStep<KubeObject | undefined>[]
  /** Policies, then validating webhooks: after the kind's own preparation and validation. */
  readonly validating: readonly AdmissionStep<void>[]
}

const isBusy = ({ isIdle }: AdmissionStep<unknown>): boolean => !isIdle

/** Whether anybody is asked about a write before it is prepared. */
export const hasMutating = ({ mutating }: AdmissionChain): boolean => mutating.some(isBusy)

/** Whether anybody is asked about a write before it is committed. */
export const hasValidating = ({ validating }: AdmissionChain): boolean => validating.some(isBusy)

/** Whether anybody is asked about writes at all. */
export const isAsked = (chain: AdmissionChain): boolean => hasMutating(chain) || hasValidating(chain)

/** The object as mutating admission leaves it. */
export function* mutated(
  chain: AdmissionChain,
  write: Write & { readonly object: KubeObject },
): Verb<KubeObject> {
  let { object } = write
  for (const step of chain.mutating) {
    if (!step.isIdle) object = (yield* step.review({ ...write, object })) ?? object
  }
  return object
}

/** Throws what validating admission refuses the write with. */
export function* validated(chain: AdmissionChain, write: Write): Verb<void> {
  for (const step of chain.validating) if (!step.isIdle) yield* step.review(write)
}

/** Asks mutating and validating admission about the end of an object. */
export function* deletionAdmitted(chain: AdmissionChain, write: Write): Verb<void> {
  for (const step of chain.mutating) if (!step.isIdle) yield* step.review(write)
  yield* validated(chain, write)
}
