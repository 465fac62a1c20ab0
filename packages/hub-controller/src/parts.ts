import { contract, type MirrorPeer, type ObjectKey, type PeerRef } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { hubSecretName, s3ProfileName, s3SecretName } from '@odfmo/secret-naming'

/** What one peer ref of a MirrorPeer entails on the hub. */
export interface RefParts {
  readonly ref: PeerRef
  /** Blue with converged storage, INTERNAL with external Ceph; in the cluster's namespace, written by its agent. */
  readonly hubSecret: ObjectKey
  /** INTERNAL, S3 access; written by the agent. */
  readonly s3Secret: ObjectKey
  readonly s3ProfileName: string
  readonly addOn: ObjectKey
  readonly drCluster: ObjectKey
}

/** One direction: what `source` delivers is copied for `receiver`. */
export interface PairParts {
  readonly source: RefParts
  readonly receiver: RefParts
  readonly green: ObjectKey
}

export interface MirrorPeerParts {
  readonly refs: readonly RefParts[]
  /** Both directions for type async, none for sync. */
  readonly pairs: readonly PairParts[]
}

type Spec = Pick<DeepReadonly<MirrorPeer>, 'spec'>

/**
 * Everything a MirrorPeer entails, whatever its state: the one list from which keys, status and deletion are
 * made. Total: an object that no webhook looked at may say anything, and must still be able to go.
 */
export const partsOf = ({ spec }: Spec): MirrorPeerParts => {
  const refs = peerRefsOf({ spec }).map(refPartsOf)
  const [first, second] = refs
  // Two on one cluster would have one object as blue and green.
  if (typeOf({ spec }) !== 'async' || first === undefined || second === undefined || refs.length > 2) {
    return { refs, pairs: [] }
  }
  const paired = first.ref.clusterName !== second.ref.clusterName
  return { refs, pairs: paired ? [pairPartsOf(first, second), pairPartsOf(second, first)] : [] }
}

/** The type, defaulted; what is neither of the two is left to validation and entails no exchange. */
export const typeOf = ({ spec }: Spec): 'async' | 'sync' | 'unknown' => {
  const type: unknown = spec?.type ?? contract.mirrorPeer.defaultType
  return type === 'async' || type === 'sync' ? type : 'unknown'
}

/** The items that are peer refs at all. */
export const peerRefsOf = ({ spec }: Spec): readonly PeerRef[] => {
  const items: readonly unknown[] = Array.isArray(spec?.items) ? spec.items : []
  return items.filter(isPeerRef)
}

const isPeerRef = (item: unknown): item is PeerRef => {
  const { clusterName, storageClusterRef } = fieldsOf(item)
  const { name, namespace } = fieldsOf(storageClusterRef)
  return [clusterName, name, namespace].every((text) => typeof text === 'string' && text !== '')
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}

/**
 * What was computed for a peer ref before: two SHA-512 each, asked for by every index, key and rule, and again
 * for every object of a confirming LIST. Nothing but a memory of a pure function; forgotten when it is full.
 */
const known = new Map<string, RefParts>()
const mostKnown = 20_000

const refPartsOf = (ref: PeerRef): RefParts => {
  const { clusterName, storageClusterRef } = ref
  const text = JSON.stringify([clusterName, storageClusterRef.namespace, storageClusterRef.name])
  const before = known.get(text)
  if (before !== undefined) return before
  if (known.size >= mostKnown) known.clear()
  const parts = newRefParts(ref)
  known.set(text, parts)
  return parts
}

const newRefParts = ({ clusterName, storageClusterRef: { name, namespace } }: PeerRef): RefParts => {
  const ref = { clusterName, storageClusterRef: { name, namespace } }
  return {
    ref,
    hubSecret: { namespace: clusterName, name: hubSecretName(ref) },
    s3Secret: { namespace: clusterName, name: s3SecretName(ref) },
    s3ProfileName: s3ProfileName(ref),
    addOn: { namespace: clusterName, name: contract.addon.name },
    drCluster: { name: clusterName },
  }
}

const pairPartsOf = (source: RefParts, receiver: RefParts): PairParts => ({
  source,
  receiver,
  green: { namespace: receiver.ref.clusterName, name: source.hubSecret.name },
})

/** `openshift-storage/ocs-storagecluster`: how messages name a StorageCluster. */
export const storageClusterText = ({ storageClusterRef: { namespace, name } }: PeerRef): string =>
  `${namespace}/${name}`

/** Whether two peer refs are one StorageCluster. */
export const sameRef = (a: PeerRef, b: PeerRef): boolean =>
  a.clusterName === b.clusterName &&
  a.storageClusterRef.name === b.storageClusterRef.name &&
  a.storageClusterRef.namespace === b.storageClusterRef.namespace
