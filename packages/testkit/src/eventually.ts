import { soon, systemClock } from './clock/clock.ts'
import type { Cluster } from './cluster.ts'

export interface EventuallyOptions {
  /** By the machine's clock; 10,000 when absent. */
  readonly timeoutMs?: number
}

/** What `eventually` waited for did not come: the last failure, and the end of each journal. */
export class EventuallyError extends Error {
  override readonly name = 'EventuallyError'
}

/**
 * Runs `check` after every change in the clusters until it neither throws nor answers false; answers what it answers.
 * Rejects with EventuallyError when time is up.
 */
export const eventually = <T>(
  clusters: Cluster | readonly Cluster[],
  check: () => T,
  options: EventuallyOptions = {},
): Promise<Exclude<T, false>> => {
  const watched = Array.isArray(clusters) ? (clusters as readonly Cluster[]) : [clusters as Cluster]
  const timeoutMs = options.timeoutMs ?? 10_000
  return new Promise((resolve, reject) => {
    let last: unknown
    let isPlanned = false
    const cleanUps: (() => void)[] = []
    const finish = (): void => {
      for (const cleanUp of cleanUps.splice(0)) cleanUp()
    }
    const attempt = (): boolean => {
      try {
        const value = check()
        if (value === false) {
          last = new Error('the check answered false')
          return false
        }
        finish()
        resolve(value as Exclude<T, false>)
        return true
      } catch (error) {
        last = error
        return false
      }
    }
    const plan = (): void => {
      if (isPlanned) return
      isPlanned = true
      soon(() => {
        isPlanned = false
        if (cleanUps.length > 0) attempt()
      })
    }
    if (attempt()) return
    for (const cluster of watched) cleanUps.push(cluster.onChange(plan))
    cleanUps.push(
      systemClock.after(timeoutMs, () => {
        finish()
        const tails = watched
          .map(({ name, requests }) => `last requests to ${name}:\n${requests.tail()}`)
          .join('\n')
        const why = last instanceof Error ? last.message : String(last)
        reject(new EventuallyError(`not within ${timeoutMs} ms: ${why}\n${tails}`, { cause: last }))
      }),
    )
  })
}
