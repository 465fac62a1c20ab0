import { listAt, recordAt, textAt } from '../../kube-object.ts'
import type { PrinterColumn } from '../../resources/resource.ts'
import { ageOf } from '../age.ts'
import {
  age,
  counted,
  flag,
  labelsText,
  none,
  numberAt,
  selectorText,
  text,
  textOrNone,
  whole,
  wide,
} from './column.ts'
import type { Cell } from './column.ts'

const ready: Cell = (workload) =>
  `${numberAt(workload, 'status', 'readyReplicas')}/${numberAt(workload, 'spec', 'replicas')}`

const containers =
  (field: string, ...path: readonly string[]): Cell =>
  (workload) =>
    listAt(workload, ...path, 'spec', 'containers')
      .map((container) => textAt(container, field))
      .join(',')

const columnsOfTemplate = (...path: readonly string[]): PrinterColumn[] => [
  wide('Containers', containers('name', ...path)),
  wide('Images', containers('image', ...path)),
]
const templateColumns = columnsOfTemplate('spec', 'template')
const selector = wide('Selector', (workload) => selectorText(recordAt(workload, 'spec', 'selector')))

const completions: Cell = (job) => {
  const { completions: wanted, parallelism = 0 } = recordAt(job, 'spec')
  const done = numberAt(job, 'status', 'succeeded')
  if (typeof wanted === 'number') return `${done}/${wanted}`
  return Number(parallelism) > 1 ? `${done}/1 of ${String(parallelism)}` : `${done}/1`
}

const jobStatus: Cell = (job) => {
  const holds = (type: string): boolean =>
    listAt(job, 'status', 'conditions').some(
      (condition) => textAt(condition, 'type') === type && textAt(condition, 'status') === 'True',
    )
  if (holds('Complete')) return 'Complete'
  if (holds('Failed')) return 'Failed'
  if (job.metadata.deletionTimestamp) return 'Terminating'
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(holds) ?? 'Running'
}

const jobDuration: Cell = (job, now) => {
  const start = textAt(job, 'status', 'startTime')
  const end = textAt(job, 'status', 'completionTime')
  return start === '' ? '' : ageOf(start, end === '' ? now : Date.parse(end))
}

/** `replicaset.apps/web-1`: whose revision it is. */
const controllerOf: Cell = ({ metadata: { ownerReferences = [] } }) => {
  const owner = ownerReferences.find(({ controller }) => controller === true)
  if (owner === undefined) return none
  const [group = ''] = owner.apiVersion.includes('/') ? owner.apiVersion.split('/') : ['']
  return `${owner.kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${owner.name}`
}

const replicaColumns = [
  whole('Desired', (set) => numberAt(set, 'spec', 'replicas')),
  whole('Current', counted('replicas')),
  whole('Ready', counted('readyReplicas')),
  age,
  ...templateColumns,
]

const lastSchedule: Cell = (cronJob, now) => {
  const last = textAt(cronJob, 'status', 'lastScheduleTime')
  return last === '' ? none : ageOf(last, now)
}

/** By `group/plural`. */
export const workloadColumns: Readonly<Record<string, readonly PrinterColumn[]>> = {
  'apps/daemonsets': [
    whole('Desired', counted('desiredNumberScheduled')),
    whole('Current', counted('currentNumberScheduled')),
    whole('Ready', counted('numberReady')),
    whole('Up-to-date', counted('updatedNumberScheduled')),
    whole('Available', counted('numberAvailable')),
    text('Node Selector', (set) => labelsText(recordAt(set, 'spec', 'template', 'spec', 'nodeSelector'))),
    age,
    ...templateColumns,
    selector,
  ],
  'apps/deployments': [
    text('Ready', ready),
    text('Up-to-date', counted('updatedReplicas')),
    text('Available', counted('availableReplicas')),
    age,
    ...templateColumns,
    selector,
  ],
  '/podtemplates': [
    text('Containers', containers('name', 'template')),
    text('Images', containers('image', 'template')),
    text('Pod Labels', (template) => labelsText(recordAt(template, 'template', 'metadata', 'labels'))),
  ],
  '/replicationcontrollers': [
    ...replicaColumns,
    wide('Selector', (controller) => labelsText(recordAt(controller, 'spec', 'selector'))),
  ],
  'apps/controllerrevisions': [
    text('Controller', controllerOf),
    text('Revision', (revision) => numberAt(revision, 'revision')),
    age,
  ],
  'apps/replicasets': [...replicaColumns, selector],
  'batch/cronjobs': [
    text('Schedule', (cronJob) => textAt(cronJob, 'spec', 'schedule')),
    text('Timezone', textOrNone('spec', 'timeZone')),
    flag('Suspend', (cronJob) => {
      const { suspend } = recordAt(cronJob, 'spec')
      return typeof suspend !== 'boolean' ? '<unset>' : suspend ? 'True' : 'False'
    }),
    whole('Active', (cronJob) => listAt(cronJob, 'status', 'active').length),
    text('Last Schedule', lastSchedule),
    age,
    ...columnsOfTemplate('spec', 'jobTemplate', 'spec', 'template'),
    wide('Selector', (cronJob) => {
      const { selector: wanted } = recordAt(cronJob, 'spec', 'jobTemplate', 'spec')
      return wanted === undefined ? none : selectorText(wanted)
    }),
  ],
  'batch/jobs': [
    text('Status', jobStatus),
    text('Completions', completions),
    text('Duration', jobDuration),
    age,
    ...templateColumns,
    selector,
  ],
  'apps/statefulsets': [text('Ready', ready), age, ...templateColumns],
}
