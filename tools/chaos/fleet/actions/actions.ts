import type { FleetAction } from '../step.ts'
import { cloneActions } from './clones.ts'
import { faultActions } from './faults.ts'
import { mirrorPeerActions } from './mirror-peers.ts'
import { processActions } from './processes.ts'
import { storageActions } from './storage.ts'

/** Everything that can happen to a fleet. */
export const fleetActions: readonly FleetAction[] = [
  ...mirrorPeerActions,
  ...storageActions,
  ...processActions,
  ...faultActions,
  ...cloneActions,
]
