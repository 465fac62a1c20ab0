import type { ObjectMeta } from '../kube-object.ts'

export type PropagationPolicy = 'Orphan' | 'Background' | 'Foreground'

export interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly propagationPolicy?: PropagationPolicy
  /** Seconds; only kinds with a period of grace look at it. */
  readonly gracePeriodSeconds?: number
}

export const orphanFinalizer = 'orphan'
export const foregroundFinalizer = 'foregroundDeletion'

/** The finalizers of an object that is deleted under a policy; without one, those that it has decide. */
export const finalizersAfter = (
  { finalizers = [] }: ObjectMeta,
  policy: PropagationPolicy | undefined,
): readonly string[] => {
  if (policy === undefined) return finalizers
  const rest = finalizers.filter((name) => name !== orphanFinalizer && name !== foregroundFinalizer)
  switch (policy) {
    case 'Background':
      return rest
    case 'Orphan':
      return [...rest, orphanFinalizer]
    case 'Foreground':
      return [...rest, foregroundFinalizer]
  }
}
