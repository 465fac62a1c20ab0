// On the hub
export { hubSecretName, s3SecretName } from './hub-secret-name.ts'

// On the spoke
export { bucketName } from './bucket-name.ts'
export { replicationId } from './replication-id.ts'
export { volumeReplicationClassName } from './volume-replication-class-name.ts'
export { peerTokenSecretName, s3ProfileName } from './spoke-names.ts'

// On a MirrorPeer
export { isSpokeFinalizer, originalSpokeFinalizer, spokeFinalizer } from '@odfmo/api-types'
