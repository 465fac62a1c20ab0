import { timestampOf } from '../../verbs/api.ts'
import type { Pod, PodCondition } from '../extra-kinds.ts'
import { containerStatus } from './container-status.ts'
import type { ContainerView } from './container-status.ts'

type PodStatus = NonNullable<Pod['status']>

/** The status of a pod from its containers; transition times move with the status only. */
export const podStatus = (pod: Pod, containers: readonly ContainerView[], nowMs: number): PodStatus => {
  const statuses = containers.map(containerStatus)
  const isReady = statuses.length > 0 && statuses.every(({ ready }) => ready)
  const hasStarted = containers.some(({ phase, restarts }) => phase.is !== 'waiting' || restarts > 0)
  const notReady = statuses.filter(({ ready }) => !ready).map(({ name }) => name)
  const why = isReady
    ? {}
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${notReady.join(' ')}]` }
  const wanted: PodCondition[] = [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Initialized', status: 'True' },
    { type: 'ContainersReady', status: isReady ? 'True' : 'False', ...why },
    { type: 'Ready', status: isReady ? 'True' : 'False', ...why },
  ]
  const conditions = wanted.map((condition) => {
    const old = pod.status?.conditions?.find(({ type }) => type === condition.type)
    const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : timestampOf(nowMs)
    return { ...condition, lastTransitionTime }
  })
  return {
    phase: hasStarted ? 'Running' : 'Pending',
    conditions,
    containerStatuses: statuses,
    hostIP: '127.0.0.1',
    podIP: '127.0.0.1',
    startTime: pod.status?.startTime ?? timestampOf(nowMs),
  }
}

export const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
