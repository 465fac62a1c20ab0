import { contract, type PeerRef } from '@odfmo/api-types'
import { hubSecretName, s3SecretName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import { bare, goldenSecret, goldenSecrets } from '../test/golden.ts'
import { base64OfText } from './base64.ts'
import { fsidOfToken } from './fsid.ts'
import { greenSecret } from './green-secret.ts'
import { secretDataOf } from './hub-secret.ts'
import { blueSecretProblems, greenSecretProblems, s3SecretProblems } from './hub-secret-problems.ts'
import { ramenS3Profile, ramenS3Secret } from './ramen-secrets.ts'
import { rookHubSecret } from './rook-hub-secret.ts'
import { encodeSecretData } from './secret-data.ts'
import { spokeSecret } from './spoke-secret.ts'

const refOf = (clusterName: string): PeerRef => ({
  clusterName,
  storageClusterRef: { name: 'ocs-storagecluster', namespace: 'openshift-storage' },
})
const pairs = [
  ['cluster1', 'cluster2', '11111111-aaaa-4aaa-8aaa-000000000001'],
  ['cluster2', 'cluster1', '22222222-bbbb-4bbb-8bbb-000000000002'],
] as const

describe('what the original left on real clusters', () => {
  it.each(goldenSecrets.filter(({ secret }) => secret.data?.['secret-data'] !== undefined))(
    'decodes and encodes to the same bytes: $file',
    ({ secret }) => {
      expect(base64OfText(encodeSecretData(secretDataOf(secret)))).toBe(secret.data?.['secret-data'])
    },
  )

  it.each(pairs)('the token of %s travels to %s as the original carried it', (source, receiver, fsid) => {
    const name = hubSecretName(refOf(source))
    const blue = goldenSecret('hub', source, name)
    const green = goldenSecret('hub', receiver, name)
    const onSpoke = goldenSecret(receiver, 'openshift-storage', name)
    expect(rookHubSecret({ ref: refOf(source), secret: onSpoke, external: false })).toEqual(bare(blue))
    expect(greenSecret({ blue, receiver: refOf(receiver) })).toEqual(bare(green))
    expect(spokeSecret(green)).toEqual(bare(onSpoke))
    expect(blueSecretProblems(blue)).toEqual([])
    expect(greenSecretProblems(green)).toEqual([])
    expect([blue, green, onSpoke].map(fsidOfToken)).toEqual([fsid, fsid, fsid])
  })

  it.each(pairs)('the bucket of %s reaches Ramen as the original brought it', (cluster) => {
    const name = s3SecretName(refOf(cluster))
    const internal = goldenSecret('hub', cluster, name)
    expect(s3SecretProblems(internal, refOf(cluster))).toEqual([])
    expect(ramenS3Secret({ internal, namespace: 'openshift-operators' })).toEqual(
      bare(goldenSecret('hub', 'openshift-operators', name)),
    )
    expect(ramenS3Profile(internal)).toEqual({
      s3ProfileName: `s3profile-${cluster}-ocs-storagecluster`,
      s3Bucket: 'odrbucket-b1b922184baf',
      s3Region: contract.defaultBucketRegion,
      s3CompatibleEndpoint: `https://s3-openshift-storage.apps.${cluster}.example`,
      s3SecretRef: { name },
    })
  })
})
