import { kinds } from '@odfmo/api-types'
import type { CustomResourceDefinition } from '@odfmo/api-types'
import { conditionsSchema, customResource, listOf, openObject, text } from './custom-resource.ts'

/** Ramen's kinds on the hub. */
export const ramenCrds: readonly CustomResourceDefinition[] = [
  customResource({
    kind: kinds.DRCluster,
    spec: {
      type: 'object',
      required: ['s3ProfileName'],
      properties: {
        cidrs: listOf(text),
        clusterFence: { type: 'string', enum: ['Unfenced', 'Fenced', 'ManuallyFenced', 'ManuallyUnfenced'] },
        region: text,
        s3ProfileName: text,
      },
    },
    status: openObject({ phase: text, conditions: conditionsSchema }),
  }),
  customResource({
    kind: kinds.DRPolicy,
    spec: openObject({
      schedulingInterval: { type: 'string', pattern: '^(|\\d+[mhd])$' },
      drClusters: listOf(text),
    }),
    status: openObject({ conditions: conditionsSchema }),
  }),
]
