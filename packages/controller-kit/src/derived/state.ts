/**
 * What became of a derived object at its last evaluation. Read by other derived functions
 * (`world.state`), by `/debug/derived` and by `why`.
 */
export type State =
  /**
   * Never evaluated since start (or leadership), a kind it reads has not synced, or it waits for a part that is pending.
   * Parts that wait only for each other are not: they are `waiting`.
   */
  | { readonly is: 'pending'; readonly message: string }
  /** As wanted in the cluster. */
  | { readonly is: 'present' }
  /** Wanted and not there yet: a write is under way or was refused for now. */
  | { readonly is: 'writing'; readonly message: string }
  /** Gone, as wanted. */
  | { readonly is: 'absent' }
  /** Should go and is still there: its deletion is under way, or others' finalizers hold it. */
  | { readonly is: 'going'; readonly message: string }
  /** The function says what it waits for. */
  | { readonly is: 'waiting'; readonly reason: string; readonly message: string }
  /** The function leaves the live object alone. */
  | { readonly is: 'left' }
  /** Refused by the server, forbidden, somebody else's, or a defect; retried with back-off. */
  | { readonly is: 'failed'; readonly reason: string; readonly message: string }

/** Equal for whoever reads a state: same tag, reason and message. */
export const sameState = (a: State, b: State): boolean =>
  a.is === b.is &&
  ('reason' in a ? a.reason : '') === ('reason' in b ? b.reason : '') &&
  ('message' in a ? a.message : '') === ('message' in b ? b.message : '')
