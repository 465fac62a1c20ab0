import { contract, type MirrorPeer, type PeerRef } from '@odfmo/api-types'
import {
  bucketName,
  hubSecretName,
  s3ProfileName,
  s3SecretName,
  spokeFinalizer,
  volumeReplicationClassName,
} from '@odfmo/secret-naming'
import type { Expectation } from './expectation.ts'
import { at, textAt, type Seen } from './seen.ts'

const { label, secretKind, spoke, suffix } = contract

/** What one peer ref of a MirrorPeer gives its partner and gets from it. */
export function peerSteps(mirrorPeer: MirrorPeer, own: PeerRef, other: PeerRef): Expectation[] {
  const { clusterName: cluster, storageClusterRef: storage } = own
  const because = `MirrorPeer ${mirrorPeer.metadata.name}`
  const bucket = bucketName(mirrorPeer.spec.items.map(({ clusterName }) => clusterName))
  const step = (
    step: string,
    where: string,
    object: string,
    why: string,
    shows: Expectation['shows'],
  ): Expectation => ({
    about: cluster,
    step,
    cluster: where,
    object,
    why,
    shows,
  })
  const hubSecret = (name: string, namespace: string, type: string) => (seen: Seen) => {
    const secret = seen.get('hub', 'secrets', name, namespace)
    return secret?.metadata.labels?.[label.secretType] === type ? type : undefined
  }
  const storageCluster = (seen: Seen) => seen.get(cluster, 'storageclusters', storage.name, storage.namespace)
  const blue = hubSecretName(own)
  const green = hubSecretName(other)

  return [
    step(
      'finalizer set',
      'hub',
      `mirrorpeers ${mirrorPeer.metadata.name}`,
      'the agent cleans up before the MirrorPeer goes',
      (seen) =>
        seen
          .get('hub', 'mirrorpeers', mirrorPeer.metadata.name ?? '')
          ?.metadata.finalizers?.find((one) => one === spokeFinalizer(cluster)),
    ),
    step(
      'blue secret',
      'hub',
      `secrets ${cluster}/${blue}`,
      `the peer token of ${cluster}, brought by its agent`,
      hubSecret(blue, cluster, secretKind.blue),
    ),
    step(
      'green secret',
      'hub',
      `secrets ${cluster}/${green}`,
      `the token of ${other.clusterName}, copied by the hub for ${cluster}`,
      hubSecret(green, cluster, secretKind.green),
    ),
    step(
      'token on the spoke',
      cluster,
      `secrets ${storage.namespace}/${green}`,
      `the token of ${other.clusterName}, fetched by the agent of ${cluster}`,
      (seen) => {
        const secret = seen.get(cluster, 'secrets', green, storage.namespace)
        return at(secret, 'data', 'token') === undefined
          ? undefined
          : Object.keys(at(secret, 'data') as object)
              .sort()
              .join(', ')
      },
    ),
    step(
      'peer known',
      cluster,
      `storageclusters ${storage.namespace}/${storage.name}`,
      'Rook mirrors to the clusters in this list',
      (seen) => {
        const names = at(storageCluster(seen), 'spec', 'mirroring', 'peerSecretNames')
        return Array.isArray(names) && names.includes(green) ? `peerSecretNames has ${green}` : undefined
      },
    ),
    step(
      'mirroring on',
      cluster,
      `storageclusters ${storage.namespace}/${storage.name}`,
      'every peer is known',
      (seen) =>
        at(storageCluster(seen), 'spec', 'mirroring', 'enabled') === true
          ? 'mirroring.enabled: true'
          : undefined,
    ),
    step(
      'OMAP generator on',
      cluster,
      `configmaps ${storage.namespace}/${spoke.rookOperatorConfig}`,
      'images keep their names on the other side',
      (seen) =>
        at(
          seen.get(cluster, 'configmaps', spoke.rookOperatorConfig, storage.namespace),
          'data',
          spoke.omapGeneratorKey,
        ) === 'true'
          ? `${spoke.omapGeneratorKey}: "true"`
          : undefined,
    ),
    ...(mirrorPeer.spec.schedulingIntervals ?? []).map((interval) => {
      const name = volumeReplicationClassName(interval)
      return step(
        'replication class',
        cluster,
        `volumereplicationclasses ${name}`,
        `schedulingInterval ${interval} of ${because}`,
        (seen) => {
          const id = seen.get(cluster, 'volumereplicationclasses', name)?.metadata.labels?.[
            label.replicationId
          ]
          return id === undefined ? undefined : `replicationid ${id}`
        },
      )
    }),
    ...[suffix.rbdProvisioner, suffix.cephFsProvisioner].map((provisionerSuffix) => {
      const provisioner = storage.namespace + provisionerSuffix
      return step(
        'storage classes labelled',
        cluster,
        `storageclasses of ${provisioner}`,
        'Ramen matches storage by this label',
        (seen) => {
          const classes = seen
            .list(cluster, 'storageclasses')
            .filter((one) => at(one, 'provisioner') === provisioner)
          const labels = classes.map((one) => one.metadata.labels?.[label.storageId])
          return classes.length > 0 && labels.every((label) => label !== undefined)
            ? classes.map((one, index) => `${one.metadata.name}: storageid ${labels[index]}`).join(', ')
            : undefined
        },
      )
    }),
    step(
      'bucket claimed',
      cluster,
      `objectbucketclaims ${storage.namespace}/${bucket}`,
      'where Ramen keeps the metadata of protected applications',
      (seen) =>
        at(seen.get(cluster, 'objectbucketclaims', bucket, storage.namespace), 'status', 'phase') === 'Bound'
          ? 'Bound'
          : undefined,
    ),
    step(
      'S3 secret',
      'hub',
      `secrets ${cluster}/${s3SecretName(own)}`,
      `access to the bucket of ${cluster}, brought by its agent`,
      hubSecret(s3SecretName(own), cluster, secretKind.internal),
    ),
  ]
}

/** What Ramen is given for one peer ref. */
export function ramenSteps(own: PeerRef, hubNamespace: string, manageS3: boolean): Expectation[] {
  const cluster = own.clusterName
  const profile = s3ProfileName(own)
  const secret = s3SecretName(own)
  const steps: Expectation[] = [
    {
      about: cluster,
      step: 'DRCluster',
      cluster: 'hub',
      object: `drclusters ${cluster}`,
      why: 'Ramen knows the cluster by its fsid and its S3 profile',
      shows: (seen) => {
        const drCluster = seen.get('hub', 'drclusters', cluster)
        const region = textAt(drCluster, 'spec', 'region')
        return region !== undefined && at(drCluster, 'spec', 's3ProfileName') === profile
          ? `region ${region}, ${profile}`
          : undefined
      },
    },
  ]
  if (!manageS3) return steps
  return [
    {
      about: cluster,
      step: 'S3 profile',
      cluster: 'hub',
      object: `secrets ${hubNamespace}/${secret}`,
      why: 'manageS3: the keys that the profile refers to',
      shows: (seen) =>
        seen.get('hub', 'secrets', secret, hubNamespace) === undefined
          ? undefined
          : `${contract.s3Key.accessKeyId}, ${contract.s3Key.secretAccessKey}`,
    },
    {
      about: cluster,
      step: 'S3 profile',
      cluster: 'hub',
      object: `configmaps ${hubNamespace}/${contract.ramen.configMap}`,
      why: 'manageS3: Ramen reads its S3 stores here',
      shows: (seen) => {
        const text = at(
          seen.get('hub', 'configmaps', contract.ramen.configMap, hubNamespace),
          'data',
          contract.ramen.configKey,
        )
        return typeof text === 'string' && text.includes(`s3ProfileName: ${profile}`) ? profile : undefined
      },
    },
    ...steps,
  ]
}
