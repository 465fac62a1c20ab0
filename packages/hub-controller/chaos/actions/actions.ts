import type { Action } from '../step.ts'
import { clusterActions } from './clusters.ts'
import { faultActions } from './faults.ts'
import { handEditActions } from './hand-edits.ts'
import { hubActions } from './hubs.ts'
import { mirrorPeerActions } from './mirror-peers.ts'
import { ramenActions } from './ramen.ts'

/** Everything that can happen. */
export const actions: readonly Action[] = [
  ...mirrorPeerActions,
  ...clusterActions,
  ...ramenActions,
  ...handEditActions,
  ...faultActions,
  ...hubActions,
]
