import type { KubeObject } from '../kube-object.ts'
import { listAt, textAt } from '../kube-object.ts'

/** What is left in a namespace that is being deleted: how many, by `resource.group` and by finalizer. */
export interface Remaining {
  readonly byResource: ReadonlyMap<string, number>
  readonly byFinalizer: ReadonlyMap<string, number>
  /** Why resources could not be emptied. */
  readonly failures: readonly string[]
}

interface Condition {
  readonly type: string
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

const counted = (
  counts: ReadonlyMap<string, number>,
  text: (name: string, count: number) => string,
): string =>
  [...counts]
    .map(([name, count]) => text(name, count))
    .toSorted()
    .join(', ')

const listed = (failures: readonly string[]): string =>
  failures.length === 1 ? failures.join() : `[${failures.join(', ')}]`

const conditionsFor = ({ byResource, byFinalizer, failures }: Remaining): readonly Condition[] => [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    status: 'False',
    reason: 'ResourcesDiscovered',
    message: 'All resources successfully discovered',
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    status: 'False',
    reason: 'ParsedGroupVersions',
    message: 'All legacy kube types successfully parsed',
  },
  failures.length === 0
    ? {
        type: 'NamespaceDeletionContentFailure',
        status: 'False',
        reason: 'ContentDeleted',
        message: 'All content successfully deleted, may be waiting on finalization',
      }
    : {
        type: 'NamespaceDeletionContentFailure',
        status: 'True',
        reason: 'ContentDeletionFailed',
        message: `Failed to delete all resource types, ${failures.length} remaining: ${listed(failures)}`,
      },
  byResource.size === 0
    ? {
        type: 'NamespaceContentRemaining',
        status: 'False',
        reason: 'ContentRemoved',
        message: 'All content successfully removed',
      }
    : {
        type: 'NamespaceContentRemaining',
        status: 'True',
        reason: 'SomeResourcesRemain',
        message: `Some resources are remaining: ${counted(byResource, (name, count) => `${name} has ${count} resource instances`)}`,
      },
  byFinalizer.size === 0
    ? {
        type: 'NamespaceFinalizersRemaining',
        status: 'False',
        reason: 'ContentHasNoFinalizers',
        message: 'All content-preserving finalizers finished',
      }
    : {
        type: 'NamespaceFinalizersRemaining',
        status: 'True',
        reason: 'SomeFinalizersRemain',
        message: `Some content in the namespace has finalizers remaining: ${counted(byFinalizer, (name, count) => `${name} in ${count} resource instances`)}`,
      },
]

/** `status.conditions` of a namespace that is being emptied; those that say the same keep their time. */
export const namespaceConditions = (
  namespace: KubeObject,
  remaining: Remaining,
  timestamp: string,
): unknown[] => {
  const old = listAt(namespace, 'status', 'conditions')
  return conditionsFor(remaining).map(({ type, status, reason, message }) => {
    const before = old.find((condition) => textAt(condition, 'type') === type)
    const isSame = textAt(before, 'status') === status && textAt(before, 'message') === message
    return isSame ? before : { type, status, lastTransitionTime: timestamp, reason, message }
  })
}
