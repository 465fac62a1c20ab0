import {
  contract,
  kinds,
  keyText,
  type DRPolicy,
  type ManagedCluster,
  type ManifestWork,
  type MirrorPeer,
  type Secret,
} from '@odfmo/api-types'
import { cluster, index, watch, type Index, type WatchedKind } from '@odfmo/controller-kit'
import { originalSpokeFinalizer, spokeFinalizer } from '@odfmo/secret-naming'
import { keptHubSecret, type KeptHubSecret } from '@odfmo/secret-exchange'
import { addonWatches } from './addon/addon-kinds.ts'
import { isDeployWork } from './addon/deploy-work.ts'
import { misnamedAs } from './misnamed-secret.ts'
import { partsOf } from './parts.ts'
import { bucketKeys } from './published-bucket.ts'
import { profilesInConfig } from './ramen-config/profiles-in-config.ts'

const watches = (podNamespace: string) =>
  cluster('hub', {
    MirrorPeer: watch(kinds.MirrorPeer),
    ManagedCluster: watch(kinds.ManagedCluster),
    /** OCM makes one for each cluster; what we write into it waits for it. */
    Namespace: watch(kinds.Namespace),
    /** Blue, green and internal ones, in the clusters' namespaces. */
    Secret: watch<KeptHubSecret>(kinds.Secret, {
      labelSelector: contract.label.secretType,
      transform: keptHubSecret,
    }),
    /** What we make from internal ones, for Ramen. */
    RamenSecret: watch(kinds.Secret, {
      labelSelector: `${contract.label.createdBy}=${contract.createdBy.mirrorPeerSecret}`,
      namespaces: [podNamespace],
    }),
    RamenConfig: watch(kinds.ConfigMap, {
      fieldSelector: `metadata.name=${contract.ramen.configMap}`,
      namespaces: [podNamespace],
    }),
    DRCluster: watch(kinds.DRCluster),
    DRPolicy: watch(kinds.DRPolicy),
    ...addonWatches,
  })

/** The kinds this service reads, narrowed on the server where they can be, and the indexes they are found by. */
export const hubKinds = (podNamespace: string) => {
  const hub = watches(podNamespace)
  return {
    ...hub,
    /** All of them, for the cache: a replica that waits for its turn has seen everything when it comes. */
    watched: Object.values(hub) as readonly WatchedKind[],
    podNamespace,
    mirrorPeersByCluster: index(hub.MirrorPeer, 'byCluster', (mirrorPeer: MirrorPeer) =>
      unique(partsOf(mirrorPeer).refs.map(({ ref }) => ref.clusterName)),
    ),
    /** By the name of a peer ref's blue or external secret. */
    mirrorPeersByHubSecret: index(hub.MirrorPeer, 'byHubSecret', (mirrorPeer: MirrorPeer) =>
      unique(partsOf(mirrorPeer).refs.map(({ hubSecret }) => hubSecret.name)),
    ),
    mirrorPeersByS3Secret: index(hub.MirrorPeer, 'byS3Secret', (mirrorPeer: MirrorPeer) =>
      unique(partsOf(mirrorPeer).refs.map(({ s3Secret }) => s3Secret.name)),
    ),
    /** By the buckets that may be a MirrorPeer's own, of each of its peer refs. */
    mirrorPeersByBucket: index(hub.MirrorPeer, 'byBucket', (mirrorPeer: MirrorPeer) =>
      unique(bucketKeys(mirrorPeer)),
    ),
    /** By `namespace/name` of the green secrets it asks for: only type async does. */
    mirrorPeersByGreen: index(hub.MirrorPeer, 'byGreen', (mirrorPeer: MirrorPeer) =>
      partsOf(mirrorPeer).pairs.map(({ green }) => keyText(green)),
    ),
    /** By the finalizers its agent may hold, ours and the original's short form. */
    clustersByFinalizer: index(
      hub.ManagedCluster,
      'byFinalizer',
      ({ metadata: { name = '' } }: ManagedCluster) =>
        unique([spokeFinalizer(name), originalSpokeFinalizer(name)]),
    ),
    /** S3 secrets in one bucket: Ramen's config is made from all of them. */
    secretsByOrigin: index(hub.Secret, 'byOrigin', ({ data = {} }: Secret) => {
      const origin = data[contract.hubSecretKey.secretOrigin]
      return origin === undefined ? [] : [origin]
    }),
    /** Delivered under a wrong name, by the key of the one that is waited for. */
    misnamedSecrets: index(hub.Secret, 'misnamed', misnamedAs),
    /** Those that are kept without their content, all in one bucket. */
    oversizedSecrets: index(hub.Secret, 'oversized', ({ tooLarge }: KeptHubSecret) =>
      tooLarge === undefined ? [] : [oversized],
    ),
    policiesByCluster: index(hub.DRPolicy, 'byCluster', ({ spec }: DRPolicy) =>
      unique(spec?.drClusters ?? []),
    ),
    /** What deploys agents, and is not going already. */
    worksByCluster: index(hub.ManifestWork, 'byCluster', (work: ManifestWork) => {
      const { namespace, deletionTimestamp } = work.metadata
      return namespace !== undefined && deletionTimestamp === undefined && isDeployWork(work)
        ? [namespace]
        : []
    }),
    profilesInConfig: index(hub.RamenConfig, 'byProfile', profilesInConfig),
  }
}

/** Bucket of the index `oversized`. */
export const oversized = 'oversized'

export type HubKinds = ReturnType<typeof hubKinds>

/** All of them, for the cache. */
export const hubIndexes = (hub: HubKinds): readonly Index[] =>
  [
    hub.mirrorPeersByCluster,
    hub.mirrorPeersByHubSecret,
    hub.mirrorPeersByS3Secret,
    hub.mirrorPeersByBucket,
    hub.mirrorPeersByGreen,
    hub.clustersByFinalizer,
    hub.secretsByOrigin,
    hub.misnamedSecrets,
    hub.oversizedSecrets,
    hub.policiesByCluster,
    hub.worksByCluster,
    hub.profilesInConfig,
  ] as readonly Index[]

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)]
