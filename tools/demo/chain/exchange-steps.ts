import { contract, type MirrorPeer, type PeerRef } from '@odfmo/api-types'
import { bucketName, hubSecretName, s3SecretName, spokeFinalizer } from '@odfmo/secret-naming'
import type { Expectation } from './expectation.ts'
import { at, type Seen } from './seen.ts'

const { label, secretKind } = contract

/** How the tokens and the bucket of one peer ref travel: to the hub, and from the hub to it. */
export function exchangeSteps(mirrorPeer: MirrorPeer, own: PeerRef, other: PeerRef): Expectation[] {
  const { clusterName: cluster, storageClusterRef: storage } = own
  const name = mirrorPeer.metadata.name ?? ''
  const bucket = bucketName(mirrorPeer.spec.items.map(({ clusterName }) => clusterName))
  const [blue, green, s3] = [hubSecretName(own), hubSecretName(other), s3SecretName(own)]
  const onHub = { about: cluster, cluster: 'hub' }
  const onSpoke = { about: cluster, cluster }
  return [
    {
      ...onHub,
      step: 'finalizer set',
      object: `mirrorpeers ${name}`,
      why: 'the agent cleans up before the MirrorPeer goes',
      shows: (seen) =>
        seen
          .get('hub', 'mirrorpeers', name)
          ?.metadata.finalizers?.find((one) => one === spokeFinalizer(cluster)),
    },
    {
      ...onHub,
      step: 'blue secret',
      object: `secrets ${cluster}/${blue}`,
      why: `the peer token of ${cluster}, brought by its agent`,
      shows: hubSecret(blue, cluster, secretKind.blue),
    },
    {
      ...onHub,
      step: 'green secret',
      object: `secrets ${cluster}/${green}`,
      why: `the token of ${other.clusterName}, copied by the hub for ${cluster}`,
      shows: hubSecret(green, cluster, secretKind.green),
    },
    {
      ...onSpoke,
      step: 'token on the spoke',
      object: `secrets ${storage.namespace}/${green}`,
      why: `the token of ${other.clusterName}, fetched by the agent of ${cluster}`,
      shows: (seen) => {
        const data = at(seen.get(cluster, 'secrets', green, storage.namespace), 'data')
        if (at(data, contract.peerTokenKey.token) === undefined) return undefined
        return `keys ${Object.keys(data as object)
          .sort()
          .join(', ')}`
      },
    },
    {
      ...onSpoke,
      step: 'bucket claimed',
      object: `objectbucketclaims ${storage.namespace}/${bucket}`,
      why: 'where Ramen keeps the metadata of protected applications',
      shows: (seen) => {
        const claim = seen.get(cluster, 'objectbucketclaims', bucket, storage.namespace)
        return at(claim, 'status', 'phase') === 'Bound' ? 'Bound' : undefined
      },
    },
    {
      ...onHub,
      step: 'S3 secret',
      object: `secrets ${cluster}/${s3}`,
      why: `access to the bucket of ${cluster}, brought by its agent`,
      shows: hubSecret(s3, cluster, secretKind.internal),
    },
  ]
}

/** A hub secret shows its kind, never what is in it. */
function hubSecret(name: string, namespace: string, kind: string) {
  return (seen: Seen): string | undefined => {
    const secret = seen.get('hub', 'secrets', name, namespace)
    return secret?.metadata.labels?.[label.secretType] === kind ? kind : undefined
  }
}
