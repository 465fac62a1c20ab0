import {
  apiVersionOf,
  contract,
  kinds,
  type ConfigMap,
  type MirrorPeer,
  type PeerRef,
  type Secret,
  type StorageCluster,
} from '@odfmo/api-types'
import type { Kind, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import type { KubeClient } from '@odfmo/controller-kit'
import {
  bucketName,
  hubSecretName,
  originalSpokeFinalizer,
  peerTokenSecretName,
  volumeReplicationClassName,
} from '@odfmo/secret-naming'
import { blueSecret, s3Secret, spokeSecret } from './secrets.ts'
import { find, replace, upsert } from './upsert.ts'

interface Clients {
  readonly hub: KubeClient
  readonly spoke: KubeClient
}
export interface Round extends Clients {
  readonly clusterName: string
}

/** One MirrorPeer as this cluster sees it. */
interface Part extends Round {
  readonly mirrorPeer: MirrorPeer
  readonly own: PeerRef
  readonly peers: readonly PeerRef[]
}

/** All that the original's agent does when something has changed: by full updates, and by names alone. */
export const agentRound = async (round: Round): Promise<void> => {
  const { items } = await round.hub.list(kinds.MirrorPeer)
  for (const mirrorPeer of items) {
    const own = mirrorPeer.spec.items.find(({ clusterName }) => clusterName === round.clusterName)
    if (own === undefined) continue
    const part = { ...round, mirrorPeer, own, peers: mirrorPeer.spec.items.filter((item) => item !== own) }
    await (mirrorPeer.metadata.deletionTimestamp === undefined ? prepare(part) : cleanUp(part))
  }
}

const inStorage = ({ own }: Part, name: string): { readonly namespace: string; readonly name: string } => ({
  namespace: own.storageClusterRef.namespace,
  name,
})
const change = async <T extends KubeObject>(
  client: KubeClient,
  kind: Kind<T>,
  key: ObjectKey,
  next: (live: T) => T,
): Promise<void> => {
  const live = await find(client, kind, key)
  if (live !== undefined) await replace(client, kind, live, next(live))
}

const prepare = async (part: Part): Promise<void> => {
  const { hub, spoke, mirrorPeer, own, peers, clusterName } = part
  const { finalizers = [] } = mirrorPeer.metadata
  const mine = originalSpokeFinalizer(clusterName)
  if (!finalizers.includes(mine))
    await hub.update(kinds.MirrorPeer, withFinalizers(mirrorPeer, [...finalizers, mine]))
  await deliver(part)
  const claim = claimOf(part)
  if ((await find(spoke, kinds.ObjectBucketClaim, inStorage(part, claim.metadata.name))) === undefined)
    await spoke.create(kinds.ObjectBucketClaim, claim)
  await change(spoke, kinds.ConfigMap, inStorage(part, contract.spoke.rookOperatorConfig), (live) =>
    withData(live, { CSI_ENABLE_OMAP_GENERATOR: 'true' }),
  )
  for (const peer of peers) {
    const green = await find(hub, kinds.Secret, { namespace: clusterName, name: hubSecretName(peer) })
    if (green?.metadata.labels?.[contract.label.secretType] !== contract.secretKind.green) continue
    await keepData(spoke, spokeSecret(green))
    await change(spoke, kinds.StorageCluster, inStorage(part, own.storageClusterRef.name), (live) =>
      mirrored(live, peers.map(hubSecretName), hubSecretName(peer)),
    )
  }
}

/** To the hub: the peer token, and the bucket's access. */
const deliver = async (part: Part): Promise<void> => {
  const { hub, spoke, own } = part
  const token = await find(
    spoke,
    kinds.Secret,
    inStorage(part, peerTokenSecretName(own.storageClusterRef.name)),
  )
  if (token !== undefined) await keepData(hub, blueSecret(own, token))
  const bucket = claimOf(part).metadata.name
  const [secret, configMap, route] = [
    await find(spoke, kinds.Secret, inStorage(part, bucket)),
    await find(spoke, kinds.ConfigMap, inStorage(part, bucket)),
    await find(spoke, kinds.Route, inStorage(part, 's3')),
  ]
  if (secret === undefined || configMap === undefined || route?.spec?.host === undefined) return
  await keepData(hub, s3Secret(own, secret, configMap, route.spec.host))
}

/** What stands in it besides, nobody looks at. */
const keepData = async (client: KubeClient, wanted: Secret): Promise<void> => {
  const { data = {} } = wanted
  const isSame = (live: Secret): boolean =>
    Object.entries(data).every(([key, value]) => live.data?.[key] === value)
  await upsert(client, kinds.Secret, wanted, (live) => (isSame(live) ? live : { ...live, data }))
}

const cleanUp = async (part: Part): Promise<void> => {
  const { hub, spoke, mirrorPeer, own, peers, clusterName } = part
  const { finalizers = [] } = mirrorPeer.metadata
  const mine = originalSpokeFinalizer(clusterName)
  if (!finalizers.includes(mine)) return
  await change(spoke, kinds.StorageCluster, inStorage(part, own.storageClusterRef.name), (live) => ({
    ...live,
    spec: { ...live.spec, mirroring: { ...live.spec?.mirroring, enabled: false } },
  }))
  await change(spoke, kinds.ConfigMap, inStorage(part, contract.spoke.rookOperatorConfig), (live) =>
    withData(live, { CSI_ENABLE_OMAP_GENERATOR: 'false' }),
  )
  for (const peer of peers) await gone(spoke, kinds.Secret, inStorage(part, hubSecretName(peer)))
  for (const interval of mirrorPeer.spec.schedulingIntervals ?? [])
    await gone(spoke, kinds.VolumeReplicationClass, { name: volumeReplicationClassName(interval) })
  await gone(spoke, kinds.ObjectBucketClaim, inStorage(part, claimOf(part).metadata.name))
  await hub.update(
    kinds.MirrorPeer,
    withFinalizers(
      mirrorPeer,
      finalizers.filter((one) => one !== mine),
    ),
  )
}

const gone = async (client: KubeClient, kind: Kind, key: ObjectKey): Promise<void> => {
  if ((await find(client, kind, key)) !== undefined) await client.delete(kind, key)
}

const withFinalizers = (mirrorPeer: MirrorPeer, finalizers: readonly string[]): MirrorPeer => ({
  ...mirrorPeer,
  metadata: { ...mirrorPeer.metadata, finalizers },
})

const withData = (live: ConfigMap, data: Readonly<Record<string, string>>): ConfigMap => ({
  ...live,
  data: { ...live.data, ...data },
})

const mirrored = (live: StorageCluster, all: readonly string[], one: string): StorageCluster => {
  const { peerSecretNames = [] } = live.spec?.mirroring ?? {}
  const names = peerSecretNames.includes(one) ? peerSecretNames : [...peerSecretNames, one]
  const enabled = all.every((name) => names.includes(name))
  return {
    ...live,
    spec: {
      ...live.spec,
      mirroring: { ...live.spec?.mirroring, peerSecretNames: names, ...(enabled ? { enabled } : {}) },
    },
  }
}

const claimOf = ({ mirrorPeer, own }: Part) => {
  const { namespace } = own.storageClusterRef
  const name = bucketName(mirrorPeer.spec.items.map(({ clusterName }) => clusterName))
  return {
    apiVersion: apiVersionOf(kinds.ObjectBucketClaim),
    kind: kinds.ObjectBucketClaim.kind,
    metadata: { namespace, name },
    spec: { bucketName: name, storageClassName: `${namespace}.noobaa.io` },
  }
}
