import { systemClock } from './clock/clock.ts'
import type { Cluster, MaybePromise } from './cluster.ts'
import { failingSimulators } from './failing-simulators.ts'
import { leftForWaiting } from './patience.ts'

/** What a wait has to know of a cluster. */
export type AwaitedCluster = Pick<Cluster, 'name' | 'onStop'>

interface Awaited<T> {
  /** Where it is waited for: not longer than the test has, nor than one of them runs. */
  readonly clusters: readonly AwaitedCluster[]
  /** What is waited for; undefined while it is not there. When it throws, the waiting fails. */
  readonly read: () => MaybePromise<T | undefined>
  /** Calls back after changes; the answer ends that. */
  readonly subscribe: (listener: () => void) => () => void
  /** Whatever the test has. */
  readonly timeoutMs: number | undefined
  /** When nothing is said about it, unless the test has less. */
  readonly usualMs: number
  /** What to reject with; `why`: `within 20 ms`, or `before cluster hub was stopped`. */
  readonly late?: (why: string) => Error
}

const plainLate = (why: string): Error => new Error(`what was waited for did not come ${why}`)

/**
 * Makes an error one of the code that waits. It comes from a timer, whose own stack leads nowhere; runners show the line
 * of the test that is in this one.
 */
const calledFrom = (error: Error, { stack = '' }: { readonly stack?: string }): Error => {
  error.stack = stack.replace(/^.*$/m, () => `${error.name}: ${error.message}`)
  return error
}

/** Calls back when the last of some clusters is stopped, at once when they have been; the answer ends that. */
const onLastStop = (clusters: readonly AwaitedCluster[], listener: (name: string) => void): (() => void) => {
  let running = clusters.length
  const oneLess = (name: string): void => {
    running -= 1
    if (running === 0) listener(name)
  }
  const forgets = clusters.map(({ name, onStop }) => {
    try {
      return onStop(() => oneLess(name))
    } catch {
      oneLess(name) // it has been stopped
      return () => undefined
    }
  })
  return () => {
    for (const forget of forgets) forget()
  }
}

/** Shorter than anybody waits, and long enough to cost nothing. */
const pieceMs = 100

/** Calls back when so much time has gone by, piece by piece: for as long as the machine stands still, only one goes by. */
const afterPieces = (ms: number, callback: () => void): (() => void) => {
  let cancel = (): void => undefined
  const wait = (leftMs: number): void => {
    cancel = systemClock.after(Math.min(leftMs, pieceMs), () =>
      leftMs <= pieceMs ? callback() : wait(leftMs - pieceMs),
    )
  }
  wait(ms)
  return () => cancel()
}

/** Reads at once and after every change until there is something; a read that takes time is never run twice at a time. */
export const waitFor = <T>(awaited: Awaited<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const { clusters, read, subscribe, usualMs, late = plainLate } = awaited
    const caller = {}
    Error.captureStackTrace(caller, waitFor)
    const timeoutMs = awaited.timeoutMs ?? usualMs
    const cleanUps: (() => void)[] = []
    let isDone = false
    let isReading = false
    let isStale = false
    const finish = (settle: () => void): void => {
      if (isDone) return
      isDone = true
      for (const cleanUp of cleanUps) cleanUp()
      settle()
    }
    const take = (value: T | undefined): void => {
      if (value !== undefined) finish(() => resolve(value))
    }
    const fail = (error: unknown): void => finish(() => reject(error))
    const failLate = (why: string): void => {
      const error = late(why)
      const failing = clusters.map(failingSimulators).filter((text) => text !== '')
      error.message = [error.message, ...failing].join('\n')
      fail(calledFrom(error, caller))
    }
    const look = (): void => {
      if (isDone) return
      if (isReading) {
        isStale = true
        return
      }
      let answer: MaybePromise<T | undefined>
      try {
        answer = read()
      } catch (error) {
        fail(error)
        return
      }
      if (!(answer instanceof Promise)) {
        take(answer)
        return
      }
      isReading = true
      answer.then(take, fail).finally(() => {
        isReading = false
        if (!isStale) return
        isStale = false
        look()
      })
    }
    look()
    if (isDone) return
    cleanUps.push(subscribe(look))
    cleanUps.push(afterPieces(timeoutMs, () => failLate(`within ${timeoutMs} ms`)))
    const leftMs = awaited.timeoutMs === undefined ? leftForWaiting(clusters) : Number.POSITIVE_INFINITY
    // A test's runner does count how long the machine stood still.
    if (Number.isFinite(leftMs))
      cleanUps.push(systemClock.after(leftMs, () => failLate(`within ${leftMs} ms`)))
    const forget = onLastStop(clusters, (name) => failLate(`before cluster ${name} was stopped`))
    if (isDone) forget()
    else cleanUps.push(forget)
  })
