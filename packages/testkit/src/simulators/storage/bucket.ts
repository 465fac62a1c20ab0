import { apiVersionOf, kinds } from '@odfmo/api-types'
import type { ConfigMap, ObjectBucketClaim, Secret } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { extraKinds } from '../extra-kinds.ts'
import type { SecretMaker } from './secret-maker.ts'
import { base64, controllerOf } from './storage-objects.ts'

/** Holds a claim until its bucket is gone. */
export const claimFinalizer = 'objectbucket.io/finalizer'

/** Whether NooBaa makes the buckets of this class. */
export const isNooBaaClaim = ({ spec }: Pick<ObjectBucketClaim, 'spec'>): boolean =>
  spec?.storageClassName?.endsWith('.noobaa.io') === true

export interface Bucket {
  readonly secret: Secret
  readonly configMap: ConfigMap
  readonly objectBucket: KubeObject
}

/** What a claim is given: access keys, where its bucket is, and the bucket. */
export const bucketOf = (claim: ObjectBucketClaim, maker: SecretMaker): Bucket => {
  const { name = '', namespace = '', uid = '' } = claim.metadata
  const labels = {
    app: 'noobaa',
    'bucket-provisioner': `${namespace}.noobaa.io-obc`,
    'noobaa-domain': `${namespace}.noobaa.io`,
  }
  const metadata = {
    name,
    namespace,
    labels,
    ownerReferences: [controllerOf(kinds.ObjectBucketClaim, claim)],
  }
  const bucketName =
    [claim.spec?.bucketName, `${claim.spec?.generateBucketName ?? name}-${uid}`].find(
      (one) => one !== undefined && one !== '',
    ) ?? name
  const what = `${namespace}/${name} ${bucketName}`
  return {
    secret: {
      apiVersion: apiVersionOf(kinds.Secret),
      kind: kinds.Secret.kind,
      metadata,
      type: 'Opaque',
      data: {
        AWS_ACCESS_KEY_ID: base64(maker.accessKey(`${what} access`)),
        AWS_SECRET_ACCESS_KEY: base64(maker.secretKey(`${what} secret`)),
      },
    },
    configMap: {
      apiVersion: apiVersionOf(kinds.ConfigMap),
      kind: kinds.ConfigMap.kind,
      metadata,
      data: {
        BUCKET_HOST: `s3.${namespace}.svc`,
        BUCKET_NAME: bucketName,
        BUCKET_PORT: '443',
      },
    },
    objectBucket: {
      apiVersion: apiVersionOf(extraKinds.ObjectBucket),
      kind: extraKinds.ObjectBucket.kind,
      metadata: { name: `obc-${namespace}-${name}`, labels },
    },
  }
}
