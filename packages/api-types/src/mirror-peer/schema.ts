import * as z from 'zod'
import { contract } from '../contract.ts'
import { itemRules, specRules } from './cel-rules.ts'
import { checkItems } from './item-problems.ts'

const { type, defaultType, defaultSchedulingIntervals } = contract.mirrorPeer

/** One StorageCluster on one managed cluster. */
export const peerRefSchema = z
  .object({
    clusterName: z.string().min(1).describe('Name of the ManagedCluster.'),
    storageClusterRef: z
      .object({
        name: z.string().min(1).describe('Name of the StorageCluster.'),
        namespace: z.string().min(1).describe('Namespace of the StorageCluster.'),
      })
      .describe('The StorageCluster on that cluster.'),
  })
  .describe('One StorageCluster on one managed cluster.')

// The count is checked last: checked first, it would keep all else from being looked at.
const itemsSchema = z.array(peerRefSchema).superRefine((items, context) => {
  for (const { path, code } of checkItems(items)) {
    context.addIssue({ code: 'custom', path: [...path], params: { code } })
  }
})

/** What a user asks for: the one source of types, CRD and validation. */
export const mirrorPeerSpecSchema = z
  .object({
    type: z
      .enum([type.async, type.sync])
      .default(defaultType)
      .describe(
        'async: regional disaster recovery by snapshots. sync: metro, one stretched Ceph. Cannot be changed.',
      ),
    items: itemsSchema.length(2).meta({
      description: 'The two StorageClusters. They cannot be changed; their order may.',
      'x-kubernetes-list-type': 'atomic',
      'x-kubernetes-validations': itemRules,
    }),
    schedulingIntervals: z
      .array(z.string().regex(/^\d+[mhd]$/))
      .default([...defaultSchedulingIntervals])
      .meta({
        description: 'How often snapshots are replicated: a number followed by m, h or d. Empty means 5m.',
        'x-kubernetes-list-type': 'atomic',
      }),
    manageS3: z
      .boolean()
      .default(false)
      .describe('Whether buckets are made on both clusters and written to the config of Ramen.'),
  })
  .meta({
    description: 'The StorageClusters that are to replicate to each other, and how.',
    'x-kubernetes-validations': specRules,
  })

/** What the hub reports. Nothing in it is ever refused, so that an old status cannot hold up an object. */
export const mirrorPeerStatusSchema = z
  .object({
    phase: z.string().optional().describe('How far the exchange is.'),
    message: z.string().optional().describe('What is wrong; empty when all is well.'),
    observedGeneration: z.int().optional().describe('The generation that this status was computed from.'),
    conditions: z
      .array(
        z.object({
          type: z.string(),
          status: z.enum(['True', 'False', 'Unknown']),
          reason: z.string(),
          message: z.string(),
          lastTransitionTime: z.iso.datetime(),
          observedGeneration: z.int().optional(),
        }),
      )
      .optional()
      .meta({
        description: 'Each step and how it fares.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
      }),
  })
  .describe('How far the exchange is.')
