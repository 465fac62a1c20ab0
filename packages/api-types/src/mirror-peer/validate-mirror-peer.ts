import type { DefaultedMirrorPeerSpec, MirrorPeer } from '../kinds/mirror-peer.ts'
import { defaultSpec, isMirrorPeerKind, isObject, mirrorPeerKind } from './default-mirror-peer.ts'
import {
  shown,
  validation,
  type MirrorPeerProblem,
  type MirrorPeerValidation,
  type MirrorPeerWarning,
} from './problem.ts'
import { specProblems } from './schema-problems.ts'
import { mirrorPeerSpecSchema } from './schema.ts'
import { prunedSpec, unknownFields } from './unknown-fields.ts'
import { specWarnings } from './warnings.ts'

/**
 * Everything that is wrong with a MirrorPeer, as on its creation; missing fields that have a default are fine. Status and
 * metadata are never refused.
 */
export const validateMirrorPeer = (mirrorPeer: MirrorPeer): MirrorPeerValidation =>
  validateUnknown(mirrorPeer)

/** The same for any value. */
export const validateUnknown = (value: unknown): MirrorPeerValidation => {
  if (!isObject(value)) {
    const what = value === undefined ? 'there' : shown(value)
    return validation(
      [{ path: '', code: 'WrongType', message: `${what} is no MirrorPeer: it must be an object` }],
      [],
    )
  }
  const spec = defaultSpec(prunedSpec(value['spec']))
  const problems = [...kindProblems(value), ...metadataProblems(value['metadata']), ...specProblems(spec)]
  return validation(problems, [...unknownFields(value), ...warningsOf(spec)])
}

const kindProblems = (value: Readonly<Record<string, unknown>>): readonly MirrorPeerProblem[] =>
  (['apiVersion', 'kind'] as const)
    .filter((field) => !isMirrorPeerKind(field, value[field]))
    .map((field) => ({
      path: field,
      code: 'WrongKind',
      message: `${shown(value[field])} is no ${field} of a MirrorPeer: use ${mirrorPeerKind[field]}`,
    }))

const metadataProblems = (metadata: unknown): readonly MirrorPeerProblem[] =>
  metadata === undefined || isObject(metadata)
    ? []
    : [
        {
          path: 'metadata',
          code: 'WrongType',
          message: `${shown(metadata)} is no metadata: it must be an object`,
        },
      ]

/** Only what has the right shape can be looked at for what is odd; a bad interval does not hide an odd name. */
const warningsOf = (spec: unknown): readonly MirrorPeerWarning[] => {
  if (!isObject(spec)) return []
  const { items, schedulingIntervals } = mirrorPeerSpecSchema.shape
  const parsedItems = items.safeParse(spec['items'])
  const parsedIntervals = schedulingIntervals.safeParse(spec['schedulingIntervals'])
  return specWarnings({
    items: parsedItems.data ?? [],
    schedulingIntervals: parsedIntervals.data ?? [],
  } satisfies Pick<DefaultedMirrorPeerSpec, 'items' | 'schedulingIntervals'>)
}
