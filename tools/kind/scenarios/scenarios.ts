import type { Scenario } from './scenario.ts'
import { createScenario } from './tried/create.ts'
import { deleteScenario } from './tried/delete.ts'
import { quietScenario } from './tried/quiet.ts'
import { repairScenario } from './tried/repair.ts'
import { rescheduleScenario } from './tried/reschedule.ts'
import { rotateScenario } from './tried/rotate.ts'
import { shareScenario } from './tried/share.ts'
import { syncScenario } from './tried/sync.ts'
import { takeOverScenario } from './tried/take-over.ts'

/** All that is tried, in this order: each goes on where the one before it ended. */
export const scenarios: readonly Scenario[] = [
  createScenario,
  quietScenario,
  repairScenario,
  rotateScenario,
  rescheduleScenario,
  takeOverScenario,
  shareScenario,
  deleteScenario,
  syncScenario,
]
