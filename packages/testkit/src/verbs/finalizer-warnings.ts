import type { KubeObject } from '../kube-object.ts'
import { qualifiedNameProblems } from '../selectors/label-syntax.ts'

const standard: readonly string[] = ['kubernetes', 'orphan', 'foregroundDeletion']
const purpose = 'to avoid accidental conflicts with other finalizer writers'

const advice = (finalizer: string): string[] => {
  if (finalizer.includes('/') || standard.includes(finalizer)) return []
  const what = finalizer.includes('.') ? 'finalizer name including a path (/)' : 'finalizer name'
  return [`prefer a domain-qualified ${what} ${purpose}`]
}

/** Custom objects may have any finalizers; who adds one without a domain is warned. */
export const finalizerWarnings = (object: KubeObject, old?: KubeObject): string[] => {
  const known = old?.metadata.finalizers ?? []
  const added = [...new Set(object.metadata.finalizers ?? [])].filter((name) => !known.includes(name))
  return added
    .toSorted()
    .flatMap((name) =>
      [...qualifiedNameProblems(name), ...advice(name)].map(
        (problem) => `metadata.finalizers: ${JSON.stringify(name)}: ${problem}`,
      ),
    )
}
