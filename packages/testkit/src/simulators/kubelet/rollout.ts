import { createHash } from 'node:crypto'
import type { Deployment } from '@odfmo/api-types'
import type { Pod } from '../extra-kinds.ts'
import { isReady } from './pod-status.ts'

/** Which template a pod was made from. */
export const templateHashLabel = 'pod-template-hash'

export const templateHash = ({ spec }: Pick<Deployment, 'spec'>): string =>
  createHash('sha256')
    .update(JSON.stringify(spec?.template ?? {}))
    .digest('hex')
    .slice(0, 10)

export interface RolloutInput {
  readonly deployment: Pick<Deployment, 'spec' | 'metadata'>
  /** The Deployment's pods in the cluster. */
  readonly pods: readonly Pod[]
  /** Template hashes of pods that are gone from the cluster but whose processes still end. */
  readonly ending: readonly string[]
}

export interface Rollout {
  /** How many pods of the present template to create. */
  readonly create: number
  readonly remove: readonly Pod[]
}

/** What the Deployment's pods lack. */
export const rollout = ({ deployment, pods, ending }: RolloutInput): Rollout => {
  if (deployment.metadata.deletionTimestamp !== undefined) return { create: 0, remove: [] }
  const wanted = deployment.spec?.replicas ?? 1
  const hash = templateHash(deployment)
  const alive = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const current = alive.filter((pod) => hashOf(pod) === hash)
  const old = alive.filter((pod) => hashOf(pod) !== hash)
  const surplus = [...current].sort(unreadyFirst).slice(0, Math.max(current.length - wanted, 0))
  const lacking = Math.max(wanted - current.length, 0)
  if (deployment.spec?.strategy?.type === 'Recreate') {
    // Never two templates at a time: the old ones end first.
    const isOldLeft = pods.some((pod) => hashOf(pod) !== hash) || ending.some((one) => one !== hash)
    return { create: isOldLeft ? 0 : lacking, remove: [...old, ...surplus] }
  }
  const room = Math.max(wanted + 1 - alive.length, 0)
  const spare = Math.max(current.filter(isReady).length + old.length - wanted, 0)
  return {
    create: Math.min(lacking, room),
    remove: [...[...old].sort(unreadyFirst).slice(0, spare), ...surplus],
  }
}

export const hashOf = ({ metadata }: Pick<Pod, 'metadata'>): string =>
  metadata.labels?.[templateHashLabel] ?? ''

const unreadyFirst = (left: Pod, right: Pod): number => Number(isReady(left)) - Number(isReady(right))
