/**
 * Resolves at the first call of the listener that `subscribe` takes (it answers how to unsubscribe), or when
 * the signal is aborted; never rejects. The caller looks at its condition again.
 */
export const once = (subscribe: (listener: () => void) => () => void, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const settle = (): void => {
      unsubscribe()
      signal?.removeEventListener('abort', settle)
      resolve()
    }
    const unsubscribe = subscribe(settle)
    if (signal?.aborted === true) settle()
    else signal?.addEventListener('abort', settle, { once: true })
  })

/** Resolves when the signal is aborted. */
export const aborted = (signal: AbortSignal): Promise<void> => once(() => () => undefined, signal)
