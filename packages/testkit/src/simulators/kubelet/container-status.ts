import { timestampOf } from '../../verbs/api.ts'
import type { ContainerState, ContainerStatus } from '../extra-kinds.ts'
import type { Exit } from './container-process.ts'

/** Where a container is in its life. */
export type ContainerPhase =
  | { readonly is: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly is: 'running'; readonly sinceMs: number; readonly isReady: boolean; readonly pid: number }
  | { readonly is: 'ended'; readonly sinceMs: number; readonly atMs: number; readonly exit: Exit }

export interface ContainerView {
  readonly name: string
  readonly image: string
  readonly phase: ContainerPhase
  readonly last: Extract<ContainerPhase, { is: 'ended' }> | undefined
  readonly restarts: number
}

export const containerStatus = ({ name, image, phase, last, restarts }: ContainerView): ContainerStatus => ({
  name,
  image,
  imageID: image,
  ready: phase.is === 'running' && phase.isReady,
  started: phase.is === 'running',
  restartCount: restarts,
  state: stateOf(phase),
  lastState: last === undefined ? {} : stateOf(last),
})

const stateOf = (phase: ContainerPhase): ContainerState => {
  switch (phase.is) {
    case 'waiting':
      return {
        waiting: { reason: phase.reason, ...(phase.message === undefined ? {} : { message: phase.message }) },
      }
    case 'running':
      return { running: { startedAt: timestampOf(phase.sinceMs) } }
    case 'ended':
      return {
        terminated: {
          exitCode: phase.exit.code,
          reason: phase.exit.code === 0 ? 'Completed' : 'Error',
          startedAt: timestampOf(phase.sinceMs),
          finishedAt: timestampOf(phase.atMs),
        },
      }
  }
}
