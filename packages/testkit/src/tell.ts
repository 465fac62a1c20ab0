/**
 * Calls a listener of somebody else. What it throws is theirs, an uncaught error of the process that a test runner tells
 * of: the write or the answer that it hears of goes on.
 */
export const tell = (listener: () => void): void => {
  try {
    listener()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
