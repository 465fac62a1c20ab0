import type { FieldError } from '../field-error.ts'
import { isJsonObject, recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { fillPodSpec } from './pod-defaults.ts'
import { podTemplateErrors } from './pod-errors.ts'

type Fields = Record<string, unknown>

const fill = (object: Fields, defaults: Fields): void => {
  for (const [field, value] of Object.entries(defaults))
    if (object[field] === undefined || object[field] === null) object[field] = value
}

const fillTemplate = (spec: Fields): void => {
  const template = recordAt(spec, 'template')
  if (isJsonObject(template['spec'])) fillPodSpec(template['spec'])
}

const fillJob = (job: KubeObject): void => {
  const { spec } = job
  if (!isJsonObject(spec)) return
  // one of the two is enough to say that there is a queue of work
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1
  fill(spec, {
    parallelism: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
  })
  fill(spec, {
    podReplacementPolicy: spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed',
  })
  fillTemplate(spec)
}

/** The pods of a Job are found by labels of the server's own, unless the Job says that it has chosen others. */
const ownLabels = (job: KubeObject): void => {
  const { spec } = job
  if (!isJsonObject(spec) || spec['manualSelector'] === true) return
  const { uid = '', name = '' } = job.metadata
  const template = recordAt(spec, 'template')
  const metadata = recordAt(template, 'metadata')
  const labels = {
    ...recordAt(metadata, 'labels'),
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  }
  spec['template'] = { ...template, metadata: { ...metadata, labels } }
  if (Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata.labels = labels
  const { matchLabels } = recordAt(spec, 'selector')
  spec['selector'] = {
    ...recordAt(spec, 'selector'),
    matchLabels: { ...recordAt({ matchLabels }, 'matchLabels'), 'batch.kubernetes.io/controller-uid': uid },
  }
}

export const jobStrategy: Strategy = {
  generation: true,
  setDefaults: fillJob,
  prepareCreate: ownLabels,
  validateCreate: (job) => podTemplateErrors(recordAt(job, 'spec')['template'], 'spec.template'),
}

const cronJobErrors = (cronJob: KubeObject): FieldError[] =>
  podTemplateErrors(
    recordAt(cronJob, 'spec', 'jobTemplate', 'spec')['template'],
    'spec.jobTemplate.spec.template',
  )

export const cronJobStrategy: Strategy = {
  generation: true,
  setDefaults(cronJob) {
    const { spec } = cronJob
    if (!isJsonObject(spec)) return
    fill(spec, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    })
    fillTemplate(recordAt(spec, 'jobTemplate', 'spec'))
  },
  validateCreate: cronJobErrors,
  validateUpdate: cronJobErrors,
}
