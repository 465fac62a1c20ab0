import { contract } from '../contract.ts'
import type { CustomResourceDefinition, JsonSchemaProps, PrinterColumn } from '../kinds/apiextensions.ts'
import { kinds } from '../kinds.ts'
import { mirrorPeerSpecSchema, mirrorPeerStatusSchema } from './schema.ts'
import { structuralSchema } from './structural-schema.ts'

const { group, version, kind, plural } = kinds.MirrorPeer

const schema: JsonSchemaProps = {
  description: 'A MirrorPeer connects two StorageClusters of two managed clusters for disaster recovery.',
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: structuralSchema(mirrorPeerSpecSchema),
    status: structuralSchema(mirrorPeerStatusSchema),
  },
  required: ['spec'],
}

const ready = `.status.conditions[?(@.type=="${contract.mirrorPeer.condition.ready}")]`

/** What `kubectl get` shows; with priority 1 only `-o wide`. The reason says what to look up, the message what is missing. */
const columns: readonly PrinterColumn[] = [
  { name: 'Type', type: 'string', jsonPath: '.spec.type' },
  { name: 'Cluster', type: 'string', jsonPath: '.spec.items[0].clusterName' },
  { name: 'Peer', type: 'string', jsonPath: '.spec.items[1].clusterName' },
  { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
  { name: 'Ready', type: 'string', jsonPath: `${ready}.status` },
  { name: 'S3', type: 'boolean', jsonPath: '.spec.manageS3', priority: 1 },
  { name: 'Reason', type: 'string', jsonPath: `${ready}.reason`, priority: 1 },
  { name: 'Message', type: 'string', jsonPath: `${ready}.message`, priority: 1 },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
]

/** The CustomResourceDefinition of MirrorPeer, made from the same schema that the library validates by. */
export const mirrorPeerCrd: CustomResourceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Cluster',
    names: { kind, plural, singular: 'mirrorpeer', listKind: 'MirrorPeerList' },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: { status: {} },
        additionalPrinterColumns: columns,
      },
    ],
  },
}
