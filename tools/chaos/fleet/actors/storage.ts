import { apiVersionOf, contract, kinds, type ObjectBucketClaim } from '@odfmo/api-types'
import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import { isDeepStrictEqual } from 'node:util'
import type { Hands } from '../../../../packages/hub-controller/chaos/hands.ts'
import type { Spoke } from '../spoke.ts'
import { hidden, tokenName, type StorageTruth } from '../truth.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const ownedBy = <T extends KubeObject>(kind: Kind<T>, { metadata }: KubeObject) => [
  { apiVersion: apiVersionOf(kind), kind: kind.kind, name: metadata.name ?? '', uid: metadata.uid ?? '' },
]

/** As it should be in these fields, whoever wrote what else. Answers whether anything was done. */
const ensure = async <T extends KubeObject>(hands: Hands, kind: Kind<T>, wanted: T): Promise<boolean> => {
  const { namespace, name = '' } = wanted.metadata
  const key = { name, ...(namespace === undefined ? {} : { namespace }) }
  const live = hands.find(kind, key)
  if (live === undefined) return hands.create(kind, wanted)
  const { metadata, ...fields } = wanted
  const isSame =
    Object.entries(fields).every(([field, value]) =>
      isDeepStrictEqual((live as unknown as Record<string, unknown>)[field], value),
    ) && isDeepStrictEqual(live.metadata.ownerReferences, metadata.ownerReferences)
  if (isSame) return false
  return hands.patch(kind, key, { ...fields, metadata: { ownerReferences: metadata.ownerReferences } })
}

const remove = (hands: Hands, kind: Kind, key: { namespace?: string; name: string }): Promise<boolean> =>
  hands.find(kind, key) === undefined ? Promise.resolve(false) : hands.remove(kind, key)

/** One round of Rook, NooBaa, the router and the storage operator of a spoke. Answers whether anything was done. */
export const storageRound = async (spoke: Spoke): Promise<boolean> => {
  let did = false
  for (const storage of spoke.truth.storages) did = (await storageOf(spoke, storage)) || did
  for (const claim of spoke.hands.list(kinds.ObjectBucketClaim)) did = (await bucketOf(spoke, claim)) || did
  return did
}

const storageOf = async ({ hands, truth }: Spoke, storage: StorageTruth): Promise<boolean> => {
  const { ref, external, has } = storage
  const { namespace, name } = ref.storageClusterRef
  const tokenKey = { namespace, name: external ? contract.spoke.externalCephSecret : tokenName(name) }
  let did = false
  const isFirst = truth.storages[0] === storage
  const { peerSecretName, replicationClass } = truth.users
  if (isFirst && replicationClass !== undefined)
    did = (await ensure(hands, kinds.VolumeReplicationClass, usersClass(replicationClass, namespace))) || did
  const route = { metadata: { namespace, name: contract.spoke.s3Route }, spec: { host: hostOf(storage) } }
  did =
    (has.route
      ? await ensure(hands, kinds.Route, route)
      : await remove(hands, kinds.Route, { namespace, name: contract.spoke.s3Route })) || did
  const classNames = ['rbd', 'cephfs'].map((sort) => ({ sort, name: `${namespace}-${name}-${sort}` }))
  if (!has.cluster) {
    did = (await remove(hands, kinds.Secret, tokenKey)) || did
    did = (await remove(hands, kinds.CephCluster, { namespace, name: `${name}-cephcluster` })) || did
    for (const each of classNames) did = (await remove(hands, kinds.StorageClass, { name: each.name })) || did
    return (await remove(hands, kinds.StorageCluster, { namespace, name })) || did
  }
  const key = { namespace, name }
  if (hands.find(kinds.StorageCluster, key) === undefined) {
    const spec = {
      ...(external ? { externalStorage: { enable: true } } : {}),
      ...(isFirst && peerSecretName !== undefined
        ? { mirroring: { peerSecretNames: [peerSecretName] } }
        : {}),
    }
    did = (await hands.create(kinds.StorageCluster, { metadata: key, spec })) || did
  }
  const config = { namespace, name: contract.spoke.rookOperatorConfig }
  if (hands.find(kinds.ConfigMap, config) === undefined)
    did = (await hands.create(kinds.ConfigMap, { metadata: config, data: { ROOK_LOG_LEVEL: 'INFO' } })) || did
  const cluster = hands.find(kinds.StorageCluster, key)
  if (cluster === undefined) return did
  const ceph = {
    metadata: {
      namespace,
      name: `${name}-cephcluster`,
      ownerReferences: ownedBy(kinds.StorageCluster, cluster),
    },
    spec: { external: { enable: external } },
  }
  did = (await ensure(hands, kinds.CephCluster, ceph)) || did
  for (const { sort, name: className } of classNames)
    if (hands.find(kinds.StorageClass, { name: className }) === undefined)
      did =
        (await hands.create(kinds.StorageClass, {
          metadata: { name: className },
          provisioner: `${namespace}.${sort}.csi.ceph.com`,
        })) || did
  const live = hands.find(kinds.CephCluster, { namespace, name: `${name}-cephcluster` })
  if (live === undefined) return did
  const owner = external ? ownedBy(kinds.StorageCluster, cluster) : ownedBy(kinds.CephCluster, live)
  const secret = { metadata: { ...tokenKey, ownerReferences: owner }, data: tokenOf(storage) }
  return (
    (has.token ? await ensure(hands, kinds.Secret, secret) : await remove(hands, kinds.Secret, tokenKey)) ||
    did
  )
}

const usersClass = (name: string, namespace: string) => ({
  metadata: { name, labels: { [contract.label.replicationId]: 'of-a-user' } },
  spec: {
    provisioner: `${namespace}.rbd.csi.ceph.com`,
    parameters: { [contract.replicationParameter.schedulingInterval]: '5m' },
  },
})

const hostOf = ({ ref, host }: StorageTruth): string => `s3-${host}.${ref.clusterName}.example`

const tokenOf = ({ external, fsid, key }: StorageTruth): Record<string, string> =>
  external
    ? {
        fsid: base64(fsid),
        'ceph-username': base64('admin'),
        'ceph-secret': base64(`${hidden}-key-${key}`),
        'mon-secret': base64(`${hidden}-mon`),
      }
    : {
        token: base64(
          base64(
            JSON.stringify({
              fsid,
              client_id: 'rbd-mirror-peer',
              key: `${hidden}-key-${key}`,
              mon_host: '[v2:10.0.0.1:3300]',
            }),
          ),
        ),
        cluster: base64('ceph'),
      }

/** NooBaa gives a claim its Secret and ConfigMap; both are made again while it is there. */
const bucketOf = async ({ hands, truth }: Spoke, claim: ObjectBucketClaim): Promise<boolean> => {
  const { namespace = '', name = '', deletionTimestamp } = claim.metadata
  if (deletionTimestamp !== undefined) return false
  const bucketKey =
    truth.storages.find(({ ref }) => ref.storageClusterRef.namespace === namespace)?.bucketKey ?? 0
  const metadata = { namespace, name, ownerReferences: ownedBy(kinds.ObjectBucketClaim, claim) }
  const data = {
    AWS_ACCESS_KEY_ID: base64(`${hidden}-id-${bucketKey}`),
    AWS_SECRET_ACCESS_KEY: base64(`${hidden}-access-${bucketKey}`),
  }
  const did = await ensure(hands, kinds.Secret, { metadata, data })
  return (await ensure(hands, kinds.ConfigMap, { metadata, data: { BUCKET_NAME: name } })) || did
}
