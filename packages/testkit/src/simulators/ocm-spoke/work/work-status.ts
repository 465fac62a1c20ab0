import type { ManifestWork } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { recordAt } from '../../../kube-object.ts'
import { conditionsWith } from '../../../access/conditions.ts'
import type { NewCondition } from '../../../access/conditions.ts'

type WorkStatus = NonNullable<ManifestWork['status']>
type ManifestCondition = NonNullable<NonNullable<WorkStatus['resourceStatus']>['manifests']>[number]

/** What became of one manifest. */
export interface ManifestResult {
  readonly ordinal: number
  readonly group: string
  readonly version: string
  readonly kind: string
  /** Empty when the spoke does not serve the kind. */
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly live: KubeObject | undefined
  /** Why it could not be applied. */
  readonly error?: string
}

/** The status of a work from what became of its manifests; only what changed. */
export const workStatus = (
  work: Pick<ManifestWork, 'metadata' | 'spec' | 'status'>,
  results: readonly ManifestResult[],
  nowMs: number,
): Partial<WorkStatus> => {
  const observedGeneration = work.metadata.generation ?? 0
  const failed = results.filter(({ error }) => error !== undefined)
  const missing = results.filter(({ live }) => live === undefined)
  const applied: NewCondition =
    failed.length === 0
      ? condition('Applied', 'True', 'AppliedManifestWorkComplete', 'Apply manifest work complete')
      : condition(
          'Applied',
          'False',
          'AppliedManifestWorkFailed',
          `Failed to apply manifest work: ${failed[0]?.error ?? ''}`,
        )
  const available: NewCondition =
    missing.length === 0
      ? condition('Available', 'True', 'ResourcesAvailable', 'All resources are available')
      : condition(
          'Available',
          'False',
          'ResourcesNotAvailable',
          `${missing.length} of ${results.length} resources are not available`,
        )
  const conditions = conditionsWith(
    work.status?.conditions,
    [applied, available].map((one) => ({ ...one, observedGeneration })),
    nowMs,
  )
  const manifests = results.map((result) => manifestCondition(work, result, nowMs))
  return { ...(conditions === undefined ? {} : { conditions }), resourceStatus: { manifests } }
}

const condition = (
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
): NewCondition => ({
  type,
  status,
  reason,
  message,
})

const manifestCondition = (
  work: Pick<ManifestWork, 'spec' | 'status'>,
  result: ManifestResult,
  nowMs: number,
): ManifestCondition => {
  const { ordinal, group, version, kind, resource, namespace, name, live, error } = result
  const before = work.status?.resourceStatus?.manifests?.find(
    ({ resourceMeta }) =>
      (resourceMeta.group ?? '') === group &&
      resourceMeta.kind === kind &&
      (resourceMeta.namespace ?? '') === namespace &&
      resourceMeta.name === name,
  )
  const wanted = [
    error === undefined
      ? condition('Applied', 'True', 'AppliedManifestComplete', 'Apply manifest complete')
      : condition('Applied', 'False', 'AppliedManifestFailed', `Failed to apply manifest: ${error}`),
    live === undefined
      ? condition('Available', 'False', 'ResourceNotAvailable', 'Resource is not available')
      : condition('Available', 'True', 'ResourceAvailable', 'Resource is available'),
  ]
  const values = feedback(work, result)
  return {
    resourceMeta: { ordinal, group, version, kind, resource, namespace, name },
    conditions: conditionsWith(before?.conditions, wanted, nowMs) ?? before?.conditions ?? [],
    statusFeedback: values.length === 0 ? {} : { values },
  }
}

interface FeedbackValue {
  readonly name: string
  readonly fieldValue: {
    readonly type: 'Integer' | 'String' | 'Boolean'
    readonly integer?: number
    readonly string?: string
    readonly boolean?: boolean
  }
}

/** The values that OCM knows by themselves of a Deployment. */
const wellKnown = [
  { name: 'ReadyReplicas', path: '.status.readyReplicas' },
  { name: 'Replicas', path: '.status.replicas' },
  { name: 'AvailableReplicas', path: '.status.availableReplicas' },
]

const feedback = ({ spec }: Pick<ManifestWork, 'spec'>, result: ManifestResult): FeedbackValue[] => {
  const { live, group, resource, namespace, name } = result
  const config = spec?.manifestConfigs?.find(({ resourceIdentifier: id }) => {
    const inGroup = (id.group ?? '') === group && id.resource === resource
    return inGroup && id.name === name && (id.namespace ?? '') === namespace
  })
  if (live === undefined || config === undefined) return []
  return (config.feedbackRules ?? []).flatMap(({ type, jsonPaths = [] }) => {
    const paths = type !== 'WellKnownStatus' ? jsonPaths : resource === 'deployments' ? wellKnown : []
    return paths.flatMap(({ name: valueName, path }) => feedbackValue(valueName, path, live))
  })
}

const feedbackValue = (name: string, path: string, live: KubeObject): FeedbackValue[] => {
  const fields = path.split('.').filter((field) => field !== '')
  const value = recordAt(live, ...fields.slice(0, -1))[fields.at(-1) ?? '']
  if (typeof value === 'number') return [{ name, fieldValue: { type: 'Integer', integer: value } }]
  if (typeof value === 'string') return [{ name, fieldValue: { type: 'String', string: value } }]
  return typeof value === 'boolean' ? [{ name, fieldValue: { type: 'Boolean', boolean: value } }] : []
}
