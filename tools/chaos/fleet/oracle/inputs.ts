import {
  contract,
  kinds,
  type MirrorPeer,
  type StorageCluster,
  type VolumeReplicationClass,
} from '@odfmo/api-types'
import { bucketName, volumeReplicationClassName } from '@odfmo/secret-naming'
import type { KubeObject, Snapshot } from '@odfmo/testkit'
import { inputsOf as hubInputsOf } from '../../../../packages/hub-controller/chaos/oracle/scratch.ts'
import type { Spoke } from '../spoke.ts'
import type { SpokeTruth } from '../truth.ts'
import type { FleetSnapshot, FleetWorld } from '../world.ts'

const { label, spoke: onSpoke } = contract

/** What people write where our values belong. */
export const byHand = 'wrong'

const table = (kind: { readonly group: string; readonly plural: string }): string =>
  `${kind.group}/${kind.plural}`

const mapped = (
  { revision, tables }: Snapshot,
  change: (table: string, object: KubeObject) => KubeObject | undefined,
): Snapshot => ({
  revision,
  tables: Object.fromEntries(
    Object.entries(tables).map(([name, objects]) => [
      name,
      objects.flatMap((one) => change(name, one) ?? []),
    ]),
  ),
})

/** What users, OCM and other software made on the hub: nothing of the hub controller, and nothing of an agent. */
const hubInputs = (world: FleetWorld): Snapshot => {
  const truth = { ramenText: world.truth.ramenText } as Parameters<typeof hubInputsOf>[1]
  return mapped(hubInputsOf(world.hub.snapshot(), truth), (name, object) =>
    name === table(kinds.Secret) && object.metadata.labels?.[label.secretType] !== undefined
      ? undefined
      : object,
  )
}

const isOurClass = ({ metadata, spec }: VolumeReplicationClass): boolean => {
  const interval = spec?.parameters?.[contract.replicationParameter.schedulingInterval]
  return interval !== undefined && metadata.name === volumeReplicationClassName(interval)
}

/**
 * Claims of live MirrorPeers, in whichever order of items they were named: one that is there stays the bucket when the
 * items are swapped, so it is an input.
 */
const claimsOf = (mirrorPeers: readonly MirrorPeer[], { name }: SpokeTruth): ReadonlySet<string> =>
  new Set(
    mirrorPeers
      .filter(
        ({ metadata, spec }) =>
          metadata.deletionTimestamp === undefined &&
          spec.items.some(({ clusterName }) => clusterName === name),
      )
      .flatMap(({ spec }) => {
        const names = spec.items.map(({ clusterName }) => clusterName)
        return [bucketName(names), bucketName(names.toReversed())]
      }),
  )

/** What was on a spoke before klusterlet and agent did anything, and the claims that history decided. */
const spokeInputs = (world: FleetWorld, { cluster, truth, applied }: Spoke): Snapshot => {
  const claims = claimsOf(world.hands.list(kinds.MirrorPeer), truth)
  return mapped(cluster.snapshot(), (name, object) => {
    const { metadata } = object
    if (applied.has(`${object.kind} ${metadata.namespace ?? ''}/${metadata.name ?? ''}`)) return undefined
    switch (name) {
      case table(kinds.Secret):
        return metadata.labels?.[label.createdBy] === undefined ? withClaim(object, claims) : undefined
      case table(kinds.ConfigMap):
        return metadata.name === onSpoke.lock ? undefined : withoutOmap(withClaim(object, claims))
      case table(kinds.ObjectBucketClaim):
        return claims.has(metadata.name ?? '') ? object : undefined
      case table(kinds.VolumeReplicationClass):
        return isOurClass(object as unknown as VolumeReplicationClass) ? undefined : object
      case table(kinds.StorageCluster):
        return asBefore(object as unknown as StorageCluster, truth) as unknown as KubeObject
      case table(kinds.StorageClass):
        return withoutStorageId(object)
      case table(kinds.Lease):
      case '/events':
      case 'events.k8s.io/events':
        return undefined
      default:
        return object
    }
  })
}

/** Secret and ConfigMap of a bucket go with their claim. */
const withClaim = (object: KubeObject, claims: ReadonlySet<string>): KubeObject | undefined =>
  object.metadata.ownerReferences?.some(
    ({ kind, name }) => kind === kinds.ObjectBucketClaim.kind && !claims.has(name),
  ) === true
    ? undefined
    : object

/** What is not `true` is somebody else's, and nobody wants it otherwise. */
const withoutOmap = (object: KubeObject | undefined): KubeObject | undefined => {
  if (object?.metadata.name !== onSpoke.rookOperatorConfig) return object
  const { [onSpoke.omapGeneratorKey]: value, ...data } =
    (object as { data?: Record<string, string> }).data ?? {}
  if (value !== 'true') return object
  return { ...object, data }
}

/** A label that somebody wrote, and that nobody wants otherwise, is an input. */
const withoutStorageId = (object: KubeObject): KubeObject => {
  const { labels = {}, ...metadata } = object.metadata
  const { [label.storageId]: value, ...others } = labels
  if (value === byHand) return object
  return {
    ...object,
    metadata: { ...metadata, ...(Object.keys(others).length === 0 ? {} : { labels: others }) },
  }
}

const asBefore = (object: StorageCluster, { storages, users }: SpokeTruth): StorageCluster => {
  const { mirroring: _ours, ...spec } = object.spec ?? {}
  const isFirst = storages[0]?.ref.storageClusterRef.namespace === object.metadata.namespace
  const name = users.peerSecretName
  return {
    ...object,
    spec: { ...spec, ...(isFirst && name !== undefined ? { mirroring: { peerSecretNames: [name] } } : {}) },
  }
}

/** The final inputs of a fleet alone, with their uids and times, so their order too. */
export const inputsOf = (world: FleetWorld): FleetSnapshot => ({
  hub: hubInputs(world),
  spokes: new Map(world.spokes.map((spoke) => [spoke.truth.name, spokeInputs(world, spoke)])),
})
