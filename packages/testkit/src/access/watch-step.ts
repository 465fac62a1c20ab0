/** What the loop that follows one kind does next. */
export type WatchState =
  | { readonly is: 'list'; readonly failures: number }
  | { readonly is: 'watch'; readonly from: string; readonly failures: number }

export type WatchOutcome =
  /** The list came, at this version. */
  | { readonly is: 'listed'; readonly at: string }
  /** The kind is not served (its CRD is missing): as good as empty, for now. */
  | { readonly is: 'not-served' }
  /** The stream ended in order, after having heard of this version. */
  | { readonly is: 'ended'; readonly at: string; readonly heardAnything: boolean }
  /** The server no longer has the history, or does not like what it was asked. */
  | { readonly is: 'refused'; readonly expired: boolean; readonly at: string }
  /** Nobody answered, or the connection broke. */
  | { readonly is: 'broken'; readonly at: string }

/** The transitions: what comes after an outcome. A state with failures is entered after a pause. */
export const watchStep = (state: WatchState, outcome: WatchOutcome): WatchState => {
  switch (outcome.is) {
    case 'listed':
      return { is: 'watch', from: outcome.at, failures: 0 }
    case 'not-served':
      return { is: 'list', failures: state.failures + 1 }
    case 'ended':
      // A server that hangs up at once, over and over, is not asked in a tight circle.
      return { is: 'watch', from: outcome.at, failures: outcome.heardAnything ? 0 : state.failures + 1 }
    case 'refused':
      return { is: 'list', failures: outcome.expired && state.failures === 0 ? 0 : state.failures + 1 }
    case 'broken':
      return state.is === 'list'
        ? { is: 'list', failures: state.failures + 1 }
        : { is: 'watch', from: outcome.at, failures: state.failures + 1 }
  }
}
