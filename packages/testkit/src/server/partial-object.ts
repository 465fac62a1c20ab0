import type { KubeObject } from '../kube-object.ts'

/** `PartialObjectMetadata` of an object: what metadata-only clients ask for. */
export const partialOf = (object: KubeObject): Record<string, unknown> => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: object.metadata,
})

export const partialList = (
  objects: readonly KubeObject[],
  metadata: Record<string, unknown>,
): Record<string, unknown> => ({
  kind: 'PartialObjectMetadataList',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
  items: objects.map(partialOf),
})
