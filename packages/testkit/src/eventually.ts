import { checkWait } from './check-wait.ts'
import { soon } from './clock/clock.ts'
import type { Cluster, MaybePromise } from './cluster.ts'
import { missingLines } from './difference-text.ts'
import { isJsonObject } from './kube-object.ts'
import { waitFor } from './wait-for.ts'

/** How long is waited. */
export interface EventuallyOptions {
  /**
   * By the machine's clock; when absent 30,000, and 60,000 where a cluster is not in memory; in a test of `clusterTest`
   * less, when the test itself has less.
   */
  readonly timeoutMs?: number
}

/** What comes at all comes in a moment; on a machine that does ten things at once, or stands still for a while, in this. */
const usualMemoryWaitMs = 30_000

/** A garbage collector hears of new definitions every 30 s only, and waits for that. */
const realWaitMs = 60_000

/** What `eventually` waited for did not come: the last failure, the end of each journal, and what simulators fail at. */
export class EventuallyError extends Error {
  override readonly name = 'EventuallyError'
}

/**
 * Calls back once for all changes of a moment, in any of the clusters; for requests too, as long as `hearsRequests`
 * answers true.
 */
const afterChanges =
  (clusters: readonly Cluster[], hearsRequests: () => boolean) =>
  (listener: () => void): (() => void) => {
    let isPlanned = false
    const plan = (): void => {
      if (isPlanned) return
      isPlanned = true
      soon(() => {
        isPlanned = false
        listener()
      })
    }
    const planAfterRequest = (): void => {
      if (hearsRequests()) plan()
    }
    const ends = clusters.flatMap((cluster) => [
      cluster.onChange(plan),
      ...(cluster.requests === undefined ? [] : [cluster.requests.subscribe(planAfterRequest)]),
    ])
    return () => {
      for (const end of ends) end()
    }
  }

/** The failure's own words; where they leave out what differs (the values are fields of the error), that too. */
const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const { message, expected, actual } = error as Error & { expected?: unknown; actual?: unknown }
  const isStructured = [expected, actual].every((value) => isJsonObject(value) || Array.isArray(value))
  const lines = isStructured ? missingLines(expected, actual) : []
  return lines.length === 0 || message.includes('\n') ? message : `${message}\n  ${lines.join('\n  ')}`
}

const tailOf = ({ name, requests }: Cluster): string => {
  const tail = requests?.tail() ?? ''
  return tail === '' ? '' : `\nlast requests to ${name}:\n${tail}`
}

/**
 * Runs `check` after every change in the clusters, and after every request to them when it answers at once (one that
 * takes time may send requests itself), until it neither throws nor answers false; answers what it answers. Rejects with EventuallyError when time is up, or the
 * last of the clusters is stopped.
 */
export const eventually = async <T>(
  clusters: Cluster | readonly Cluster[],
  check: () => MaybePromise<T>,
  options: EventuallyOptions = {},
): Promise<Exclude<T, false>> => {
  checkWait('eventually', options)
  const watched = Array.isArray(clusters) ? (clusters as readonly Cluster[]) : [clusters as Cluster]
  let last: unknown = new Error('the check has not answered yet')
  let answersAtOnce = true
  const passed = (value: T): { readonly value: T } | undefined => {
    if (value !== false) return { value }
    last = new Error('the check answered false')
    return undefined
  }
  const failed = (error: unknown): undefined => {
    last = error
  }
  const { value } = await waitFor<{ readonly value: T }>({
    read() {
      try {
        const answer = check()
        answersAtOnce = !(answer instanceof Promise)
        return answer instanceof Promise ? answer.then(passed, failed) : passed(answer)
      } catch (error) {
        return failed(error)
      }
    },
    subscribe: afterChanges(watched, () => answersAtOnce),
    clusters: watched,
    timeoutMs: options.timeoutMs,
    usualMs: watched.every(({ provider }) => provider === 'memory') ? usualMemoryWaitMs : realWaitMs,
    late(why) {
      const tails = watched.map(tailOf).join('')
      return new EventuallyError(`not ${why}: ${wordsOf(last)}${tails}`, { cause: last })
    },
  })
  return value as Exclude<T, false>
}
