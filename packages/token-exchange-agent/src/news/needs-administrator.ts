import type { EngineReason, State } from '@odfmo/controller-kit'
import { invalidGreenSecret, reasons } from '../derived/reasons.ts'

/** What stays as it is until an administrator does something. Other waits end by themselves, or are told of on the hub. */
const forAdministrators: ReadonlySet<string> = new Set([
  // Of a rule: what the hub delivered, and a spoke that was cloned.
  invalidGreenSecret,
  reasons.otherCluster,
  // Of the engine: another writer, a missing right, an object of somebody else's, a policy or webhook.
  ...([
    'Contested',
    'Forbidden',
    'NotOurs',
    'Refused',
    'WriteNotKept',
  ] as const satisfies readonly EngineReason[]),
])

/** Whether nobody but an administrator can put a state right. */
export const needsAdministrator = (state: State): boolean =>
  (state.is === 'waiting' || state.is === 'failed') && forAdministrators.has(state.reason)
