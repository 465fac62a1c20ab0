import { isJsonObject, listAt, recordAt, textAt } from '../../kube-object.ts'
import type { KubeObject } from '../../kube-object.ts'
import type { PrinterColumn } from '../../resources/resource.ts'
import { age, none, numberAt, text, textOrNone, wide } from './column.ts'

const statuses = (pod: KubeObject): unknown[] => listAt(pod, 'status', 'containerStatuses')

const ready = (pod: KubeObject): string => {
  const count = statuses(pod).filter((status) => isJsonObject(status) && status['ready'] === true).length
  return `${count}/${listAt(pod, 'spec', 'containers').length}`
}

interface Stop {
  readonly reason: string
  readonly isOver: boolean
}

/** Why a container does not run; undefined of one that does. */
const stopOf = (status: unknown): Stop | undefined => {
  const { waiting, terminated } = recordAt(status, 'state')
  if (isJsonObject(waiting) && textAt(waiting, 'reason') !== '')
    return { reason: textAt(waiting, 'reason'), isOver: false }
  if (!isJsonObject(terminated)) return undefined
  const signal = numberAt(terminated, 'signal')
  const code = signal === 0 ? `ExitCode:${numberAt(terminated, 'exitCode')}` : `Signal:${signal}`
  return { reason: textAt(terminated, 'reason') || code, isOver: true }
}

/** The first container has the last word, but that it completed does not hide how another one ended. */
const stopOfPod = (pod: KubeObject): Stop | undefined =>
  statuses(pod).reduceRight<Stop | undefined>((later, status) => {
    const stop = stopOf(status)
    return stop === undefined || (stop.reason === 'Completed' && later?.isOver === true) ? later : stop
  }, undefined)

const isReady = (pod: KubeObject): boolean =>
  listAt(pod, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
  )

/** The pod's phase, or more exactly why a container of it does not run. */
const statusOf = (pod: KubeObject): string => {
  const phase = textAt(pod, 'status', 'phase')
  const own = textAt(pod, 'status', 'reason') || phase
  if (pod.metadata.deletionTimestamp && phase !== 'Succeeded' && phase !== 'Failed')
    return own === 'NodeLost' ? 'Unknown' : 'Terminating'
  const reason = stopOfPod(pod)?.reason ?? own
  const someRun = statuses(pod).some(
    (status) => recordAt(status)['ready'] === true && isJsonObject(recordAt(status, 'state')['running']),
  )
  if (reason !== 'Completed' || !someRun) return reason
  return isReady(pod) ? 'Running' : 'NotReady'
}

const restarts = (pod: KubeObject): string =>
  String(statuses(pod).reduce<number>((sum, status) => sum + numberAt(status, 'restartCount'), 0))

const gates = (pod: KubeObject): string => {
  const wanted = listAt(pod, 'spec', 'readinessGates').map((gate) => textAt(gate, 'conditionType'))
  if (wanted.length === 0) return none
  const open = listAt(pod, 'status', 'conditions').filter(
    (condition) => textAt(condition, 'status') === 'True' && wanted.includes(textAt(condition, 'type')),
  )
  return `${open.length}/${wanted.length}`
}

export const podColumns: readonly PrinterColumn[] = [
  text('Ready', ready),
  text('Status', statusOf),
  text('Restarts', restarts),
  age,
  wide('IP', (pod) => textAt(listAt(pod, 'status', 'podIPs')[0], 'ip') || none),
  wide('Node', textOrNone('spec', 'nodeName')),
  wide('Nominated Node', textOrNone('status', 'nominatedNodeName')),
  wide('Readiness Gates', gates),
]

const over: Readonly<Record<string, string>> = {
  Succeeded: 'The pod has completed successfully.',
  Failed: 'The pod failed.',
}

/** What the row of a pod says of it besides its cells; undefined while it is not over. */
export const podRowConditions = (pod: KubeObject): readonly object[] | undefined => {
  const reason = textAt(pod, 'status', 'phase')
  const message = over[reason]
  return message === undefined ? undefined : [{ type: 'Completed', status: 'True', reason, message }]
}
