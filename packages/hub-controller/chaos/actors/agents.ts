import { contract, kinds, keyText, type MirrorPeer, type PeerRef, type Secret } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { hubSecretName, s3SecretName, spokeFinalizer } from '@odfmo/secret-naming'
import { isDeepStrictEqual } from 'node:util'
import { peerRefsOf } from '../../src/parts.ts'
import { blue, external, s3 } from '../../src/test/builders.ts'
import { hubFinalizer, type Hands } from '../hands.ts'
import { storageText, type SpokeTruth, type StorageTruth, type Truth } from '../truth.ts'

/** Bears every secret's content: must be seen nowhere else. */
export const hidden = 'hidden'

/** What the agent of a StorageCluster delivers for the other side. */
const tokenOf = ({ ref, external: isExternal, fsid, key }: StorageTruth): Secret =>
  isExternal ? external(ref, fsid) : blue(ref, { fsid, key: `${hidden}-key-${key}` })

const bucketOf = ({ ref, bucketKey }: StorageTruth): Secret =>
  s3(ref, {
    AWS_ACCESS_KEY_ID: `${hidden}-id-${bucketKey}`,
    AWS_SECRET_ACCESS_KEY: `${hidden}-access-${bucketKey}`,
    s3Bucket: `odrbucket-${ref.clusterName}`,
  })

const isDeleting = ({ metadata }: MirrorPeer): boolean => metadata.deletionTimestamp !== undefined
const has = ({ metadata }: MirrorPeer, finalizer: string): boolean =>
  metadata.finalizers?.includes(finalizer) === true

/**
 * One round of a cluster's agent: what it has to give for each peer ref of a live MirrorPeer, its finalizer, and
 * the way out. Only while there is an add-on that runs it. Answers whether it did anything.
 */
export const agentRound = async (
  hands: Hands,
  truth: Truth,
  { name, isAway }: SpokeTruth,
): Promise<boolean> => {
  const addOn = hands.find(kinds.ManagedClusterAddOn, { namespace: name, name: contract.addon.name })
  const runs = addOn !== undefined && hands.find(kinds.ManagedCluster, { name }) !== undefined
  if (isAway || !runs) return false
  let did = false
  const mirrorPeers = hands.list(kinds.MirrorPeer).filter((one) => refsHere(one, name).length > 0)
  const live = mirrorPeers.filter((one) => !isDeleting(one) && has(one, hubFinalizer))
  for (const mirrorPeer of live) did = (await join(hands, mirrorPeer, name)) || did
  const storages = truth.storages.filter(({ ref }) => ref.clusterName === name)
  const wanted = new Set(live.flatMap((one) => refsHere(one, name)).map(storageText))
  for (const storage of storages) {
    if (!wanted.has(storageText(storage.ref))) continue
    did =
      (await keep(hands, storage.gives.token ? tokenOf(storage) : undefined, tokenKey(storage.ref))) || did
    did =
      (await keep(hands, storage.gives.bucket ? bucketOf(storage) : undefined, bucketKey(storage.ref))) || did
  }
  for (const mirrorPeer of mirrorPeers.filter(isDeleting)) {
    if (!has(mirrorPeer, spokeFinalizer(name))) continue
    for (const ref of refsHere(mirrorPeer, name)) {
      if (wanted.has(storageText(ref))) continue
      await keep(hands, undefined, tokenKey(ref))
      await keep(hands, undefined, bucketKey(ref))
    }
    did = (await leave(hands, mirrorPeer, name)) || did
  }
  return did
}

const refsHere = (mirrorPeer: MirrorPeer, name: string): readonly PeerRef[] =>
  peerRefsOf(mirrorPeer).filter(({ clusterName }) => clusterName === name)

const tokenKey = (ref: PeerRef) => ({ namespace: ref.clusterName, name: hubSecretName(ref) })
const bucketKey = (ref: PeerRef) => ({ namespace: ref.clusterName, name: s3SecretName(ref) })

const join = (hands: Hands, mirrorPeer: MirrorPeer, name: string): Promise<boolean> =>
  has(mirrorPeer, spokeFinalizer(name))
    ? Promise.resolve(false)
    : finalizers(hands, mirrorPeer, [...(mirrorPeer.metadata.finalizers ?? []), spokeFinalizer(name)])

const leave = (hands: Hands, mirrorPeer: MirrorPeer, name: string): Promise<boolean> =>
  finalizers(
    hands,
    mirrorPeer,
    (mirrorPeer.metadata.finalizers ?? []).filter((one) => one !== spokeFinalizer(name)),
  )

const finalizers = (
  hands: Hands,
  { metadata: { name = '', resourceVersion } }: MirrorPeer,
  wanted: readonly string[],
): Promise<boolean> =>
  hands.patch(kinds.MirrorPeer, { name }, { metadata: { resourceVersion, finalizers: wanted } })

/** The secret as it should be, or none. One that is no agent's is left alone. */
const keep = async (
  hands: Hands,
  wanted: Secret | undefined,
  key: { readonly namespace: string; readonly name: string },
): Promise<boolean> => {
  const live = hands.find(kinds.Secret, key)
  if (wanted === undefined) {
    return live !== undefined && live.type === contract.secretType.agent && hands.remove(kinds.Secret, key)
  }
  if (keyText(keyOf(wanted)) !== keyText(key)) throw new Error(`an agent made ${keyText(keyOf(wanted))}`)
  if (live === undefined) return hands.create(kinds.Secret, wanted)
  if (live.type !== wanted.type) return hands.remove(kinds.Secret, key)
  const same =
    isDeepStrictEqual(live.data, wanted.data) &&
    isDeepStrictEqual(live.metadata.labels, wanted.metadata.labels)
  const { labels } = wanted.metadata
  return !same && hands.patch(kinds.Secret, key, { metadata: { labels }, data: wanted.data })
}
