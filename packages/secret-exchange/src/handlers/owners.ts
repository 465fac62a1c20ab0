import type { KubeObject, OwnerReference } from '@odfmo/api-types'

/** The owners of one kind; what API group they are of is not asked, as the original does not. */
export const ownersOf = (object: KubeObject, kind: string): readonly OwnerReference[] =>
  (object.metadata.ownerReferences ?? []).filter((owner) => owner.kind === kind)

/** Whether an object is owned by one of that kind and its name contains the text. */
export const isOwnedAndNamed = (object: KubeObject, kind: string, text: string): boolean =>
  ownersOf(object, kind).length > 0 && (object.metadata.name ?? '').includes(text)
