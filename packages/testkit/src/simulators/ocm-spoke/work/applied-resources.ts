import type { AppliedManifestWork, ManifestWork } from '@odfmo/api-types'
import { kinds } from '@odfmo/api-types'
import type { KubeObject, OwnerReference } from '@odfmo/api-types/meta'
import { apiVersionOf } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../../../access/cluster-client.ts'
import type { ResourceFinder } from './resource-finder.ts'
import type { ManifestResult } from './work-status.ts'

/** One object on the spoke that a work has brought there. */
export type AppliedResource = NonNullable<
  NonNullable<AppliedManifestWork['status']>['appliedResources']
>[number]

/** By reference to its AppliedManifestWork, whoever looks at an object on the spoke sees whose it is. */
export const ownerOf = ({ metadata }: AppliedManifestWork): OwnerReference => ({
  apiVersion: apiVersionOf(kinds.AppliedManifestWork),
  kind: kinds.AppliedManifestWork.kind,
  name: metadata.name ?? '',
  uid: metadata.uid ?? '',
})

/** Whether an object is to stay on the spoke when the work goes. */
export const isOrphaned = (
  { spec }: Pick<ManifestWork, 'spec'>,
  { group, resource, namespace, name }: Pick<ManifestResult, 'group' | 'resource' | 'namespace' | 'name'>,
): boolean => {
  switch (spec?.deleteOption?.propagationPolicy) {
    case 'Orphan':
      return true
    case 'SelectivelyOrphan':
      return (spec.deleteOption.selectivelyOrphans?.orphaningRules ?? []).some(
        (rule) =>
          (rule.group ?? '') === group &&
          rule.resource === resource &&
          rule.name === name &&
          (rule.namespace ?? '') === namespace,
      )
    default:
      return false
  }
}

/** What is listed in the AppliedManifestWork: the live objects that it owns. */
export const appliedResources = (
  results: readonly ManifestResult[],
  owner: OwnerReference,
): AppliedResource[] =>
  results.flatMap(({ group, version, resource, namespace, name, live }) => {
    const isOwned = live?.metadata.ownerReferences?.some(({ uid }) => uid === owner.uid) === true
    return isOwned ? [{ group, version, resource, namespace, name, uid: live?.metadata.uid }] : []
  })

/** What was listed and is so no more. */
export const leftovers = (
  before: readonly AppliedResource[],
  now: readonly AppliedResource[],
  results: readonly ManifestResult[],
): AppliedResource[] => {
  const isSame = (left: AppliedResource, right: Omit<AppliedResource, 'version'>): boolean =>
    (left.group ?? '') === (right.group ?? '') &&
    left.resource === right.resource &&
    (left.namespace ?? '') === (right.namespace ?? '') &&
    left.name === right.name
  // One that could not be read this time is still wanted.
  return before.filter(
    (old) => !now.some((one) => isSame(old, one)) && !results.some((one) => isSame(old, one)),
  )
}

/** Deletes what a work has brought, unless another work has it too. Answers what is still there. */
export const removeResources = async (
  spoke: ClusterClient,
  finder: ResourceFinder,
  resources: readonly AppliedResource[],
  owner: OwnerReference,
): Promise<AppliedResource[]> => {
  const left: AppliedResource[] = []
  for (const resource of resources)
    if (!(await isRemoved(spoke, finder, resource, owner))) left.push(resource)
  return left
}

const isRemoved = async (
  spoke: ClusterClient,
  finder: ResourceFinder,
  { group = '', version = 'v1', resource, namespace, name, uid }: AppliedResource,
  owner: OwnerReference,
): Promise<boolean> => {
  const kind = await finder.findResource(group, version, resource)
  if (kind === undefined) return true // its CRD is gone, and it with it
  const key = { name, ...(kind.namespaced ? { namespace } : {}) }
  const live: KubeObject | undefined = await spoke.get(kind, key)
  if (live === undefined || (uid !== undefined && live.metadata.uid !== uid)) return true
  const owners = live.metadata.ownerReferences ?? []
  const others = owners.filter((one) => one.uid !== owner.uid)
  if (others.some((one) => one.kind === kinds.AppliedManifestWork.kind)) {
    const { uid: liveUid, resourceVersion } = live.metadata
    if (others.length < owners.length) {
      await spoke.patch(kind, key, { metadata: { uid: liveUid, resourceVersion, ownerReferences: others } })
    }
    return true
  }
  if (live.metadata.deletionTimestamp !== undefined) return false
  await spoke.remove(kind, key, { uid: live.metadata.uid, propagationPolicy: 'Foreground' })
  return (await spoke.get(kind, key)) === undefined
}
