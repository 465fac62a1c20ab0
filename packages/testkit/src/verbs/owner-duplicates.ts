import { jsonEqual } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'

/** Takes off owner references that come twice, and warns of them. Changes the object. */
export const dropOwnerDuplicates = ({ metadata }: KubeObject, warn: (message: string) => void): void => {
  const { ownerReferences = [] } = metadata
  const isRepeated = (reference: unknown, at: number): boolean =>
    ownerReferences.slice(0, at).some((earlier) => jsonEqual(earlier, reference))
  const repeated = ownerReferences.filter(isRepeated)
  if (repeated.length === 0) return
  metadata.ownerReferences = ownerReferences.filter((reference, at) => !isRepeated(reference, at))
  const uids = [...new Set(repeated.map(({ uid }) => uid))].join(', ')
  warn(
    `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${uids}`,
  )
}
