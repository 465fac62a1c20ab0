import type { Deployment } from '@odfmo/api-types'
import { timestampOf } from '../../verbs/api.ts'
import type { Pod } from '../extra-kinds.ts'
import { isReady } from './pod-status.ts'
import { hashOf, templateHash } from './rollout.ts'

type DeploymentStatus = NonNullable<Deployment['status']>
type DeploymentCondition = NonNullable<DeploymentStatus['conditions']>[number]

/** A Deployment's status from its pods; counts of none are left out (`null` in the patch), as the controller does. */
export const deploymentStatus = (deployment: Deployment, pods: readonly Pod[], nowMs: number): object => {
  const wanted = deployment.spec?.replicas ?? 1
  const alive = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const updated = alive.filter((pod) => hashOf(pod) === templateHash(deployment))
  const ready = alive.filter(isReady)
  const isAvailable = ready.length >= wanted
  const isDone = updated.length === wanted && alive.length === wanted && updated.every(isReady)
  const conditions = [
    {
      type: 'Available',
      status: isAvailable ? 'True' : 'False',
      reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: isAvailable
        ? 'Deployment has minimum availability.'
        : 'Deployment does not have minimum availability.',
    },
    {
      type: 'Progressing',
      status: 'True',
      reason: isDone ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
      message: isDone ? 'Deployment has successfully progressed.' : 'Deployment is progressing.',
    },
  ]
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: alive.length === 0 ? null : alive.length,
    updatedReplicas: updated.length === 0 ? null : updated.length,
    readyReplicas: ready.length === 0 ? null : ready.length,
    availableReplicas: ready.length === 0 ? null : ready.length,
    unavailableReplicas: ready.length >= wanted ? null : wanted - ready.length,
    conditions: conditions.map((condition) => stamped(deployment.status?.conditions, condition, nowMs)),
  }
}

const stamped = (
  before: readonly DeploymentCondition[] | undefined,
  condition: DeploymentCondition,
  nowMs: number,
): DeploymentCondition => {
  const old = before?.find(({ type }) => type === condition.type)
  const now = timestampOf(nowMs)
  const isSame = old?.status === condition.status && old.reason === condition.reason
  return {
    ...condition,
    lastUpdateTime: isSame ? old.lastUpdateTime : now,
    lastTransitionTime: old?.status === condition.status ? old.lastTransitionTime : now,
  }
}
