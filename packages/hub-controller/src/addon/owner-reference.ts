import type { DeepReadonly, OwnerReference } from '@odfmo/api-types/meta'

type Ref = DeepReadonly<OwnerReference>

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''

/** One owner, in whatever version of its group it is written: OCM 1.3 writes v1beta1, older ones v1alpha1. */
const sameObject = (a: Ref, b: Ref): boolean =>
  groupOf(a.apiVersion) === groupOf(b.apiVersion) && a.kind === b.kind && a.name === b.name

/** Whether this very object is among the owners, in whatever version and with whatever flags. */
export const hasOwner = (references: readonly Ref[] = [], owner: Ref): boolean =>
  references.some((ref) => sameObject(ref, owner) && ref.uid === owner.uid)

/**
 * The references with this controller among them. One that is there already stays byte for byte, whoever wrote it; one
 * to an earlier object of that name is replaced; where somebody else is the controller, ours is a plain one.
 */
export const withController = (references: readonly Ref[] = [], owner: Ref): readonly Ref[] => {
  if (hasOwner(references, owner)) return references
  const others = references.filter((ref) => !sameObject(ref, owner))
  const controlled = others.some(({ controller }) => controller === true)
  return [...others, { ...owner, controller: !controlled, blockOwnerDeletion: true }]
}
