import { kinds } from '@odfmo/api-types'
import type { CustomResourceDefinition } from '@odfmo/api-types'
import { extraKinds } from '../extra-kinds.ts'
import { anyFields, customResource, flag, listOf, openObject, text, textMap } from './custom-resource.ts'

/** OpenShift Data Foundation, Rook, NooBaa, the CSI add-ons and the router: what a spoke serves. */
export const storageCrds: readonly CustomResourceDefinition[] = [
  customResource({
    kind: kinds.StorageCluster,
    spec: openObject({
      externalStorage: openObject({ enable: flag }),
      mirroring: { type: 'object', properties: { enabled: flag, peerSecretNames: listOf(text) } },
    }),
    status: openObject({ phase: text }),
    columns: [
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
      { name: 'External', type: 'boolean', jsonPath: '.spec.externalStorage.enable' },
    ],
  }),
  customResource({
    kind: kinds.CephCluster,
    shortNames: ['ceph'],
    status: openObject({ phase: text, ceph: openObject({ fsid: text, health: text }) }),
  }),
  customResource({
    kind: extraKinds.CephBlockPool,
    spec: openObject({
      mirroring: openObject({ enabled: flag, mode: text, peers: openObject({ secretNames: listOf(text) }) }),
    }),
    status: openObject({ phase: text, mirroringStatus: anyFields }),
  }),
  customResource({
    kind: kinds.ObjectBucketClaim,
    shortNames: ['obc', 'obcs'],
    spec: openObject({
      bucketName: text,
      generateBucketName: text,
      storageClassName: text,
      objectBucketName: text,
      additionalConfig: textMap,
    }),
    status: openObject({ phase: text }),
    columns: [
      { name: 'Storage-Class', type: 'string', jsonPath: '.spec.storageClassName' },
      { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    ],
  }),
  customResource({
    kind: extraKinds.ObjectBucket,
    shortNames: ['ob', 'obs'],
    status: openObject({ phase: text }),
  }),
  customResource({
    kind: kinds.VolumeReplicationClass,
    shortNames: ['vrc'],
    spec: {
      type: 'object',
      required: ['provisioner'],
      properties: {
        provisioner: text,
        parameters: textMap,
      },
      'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'spec is immutable' }],
    },
    columns: [{ name: 'provisioner', type: 'string', jsonPath: '.spec.provisioner' }],
  }),
  customResource({
    kind: kinds.Route,
    spec: openObject({
      host: text,
      path: text,
      to: openObject({ kind: text, name: text }),
      port: openObject({ targetPort: { 'x-kubernetes-int-or-string': true } }),
      tls: anyFields,
    }),
    columns: [{ name: 'Host', type: 'string', jsonPath: '.spec.host' }],
  }),
]
