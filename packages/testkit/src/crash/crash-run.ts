import { systemClock } from '../clock/clock.ts'
import { differenceLines } from '../difference-text.ts'
import { sameState } from '../same-state.ts'
import type { Snapshot } from '../snapshot.ts'
import type { ChosenPoint } from './choose-points.ts'
import { clustersIn } from './crash-options.ts'
import type { CrashableService, CrashCluster, CrashOptions } from './crash-options.ts'
import type { CrashRun, CrashWrite } from './crash-report.ts'
import { ServiceGate } from './service-gate.ts'
import { Supervision } from './supervision.ts'

/** By the names of their clusters. */
export type Snapshots = Readonly<Record<string, Snapshot>>

export const snapshotsOf = async (clusters: readonly CrashCluster[]): Promise<Snapshots> =>
  Object.fromEntries(
    await Promise.all(clusters.map(async (one) => [one.name, await one.snapshot()] as const)),
  )

/** Makes the clusters what they were. */
export const restoreAll = async (clusters: readonly CrashCluster[], snapshots: Snapshots): Promise<void> => {
  for (const cluster of clusters) {
    const snapshot = snapshots[cluster.name]
    if (snapshot !== undefined) await cluster.restore(snapshot)
  }
}

/** What one life of the service came to. */
export interface Life {
  readonly writes: readonly CrashWrite[]
  readonly wasReached: boolean
  /** When it was at rest, or its time was up. */
  readonly end: Snapshots
  /** Where that is not what was expected. */
  readonly differences: readonly string[]
}

interface LifeOptions {
  readonly options: CrashOptions
  /** How the clusters are at its beginning. */
  readonly begin: Snapshots
  readonly point?: ChosenPoint
  /** How they are to be at its end. */
  readonly expected?: Snapshots
}

const usualTimeoutMs = 30_000
const usualQuietMs = 100

/** Lets the service live through the scenario once. Rejects with what fails in it. */
export const oneLife = async ({ options, begin, point, expected }: LifeOptions): Promise<Life> => {
  const clusters = clustersIn(options)
  await restoreAll(clusters, begin)
  const gate = new ServiceGate(options, point)
  try {
    const supervision = new Supervision(options, gate)
    try {
      await supervision.running()
      await options.scenario()
      const { timeoutMs = usualTimeoutMs, quietMs = usualQuietMs } = options
      const until = systemClock.monotonic() + timeoutMs
      for (;;) {
        await rest(gate, supervision, { quietMs, until })
        const end = await snapshotsOf(clusters)
        const differences = expected === undefined ? [] : differencesOf(options, expected, end)
        if (differences.length > 0 && systemClock.monotonic() < until) continue
        return { writes: gate.writes.all, wasReached: gate.wasReached, end, differences }
      }
    } finally {
      await supervision.end()
    }
  } finally {
    gate.close()
  }
}

/** Resolves when the service has nothing to do, and has written nothing for a while. */
const rest = async (
  gate: ServiceGate,
  supervision: Supervision,
  { quietMs, until }: { readonly quietMs: number; readonly until: number },
): Promise<void> => {
  for (;;) {
    const service = await settledUntil(supervision, until)
    // another process may have come in its place meanwhile
    if ((await isQuiet(gate, quietMs)) && (await supervision.running()) === service) return
    if (systemClock.monotonic() > until) throw new Error('the service goes on writing')
  }
}

/** Rejects when it takes too long. */
const settledUntil = (supervision: Supervision, until: number): Promise<CrashableService> =>
  new Promise((resolve, reject) => {
    const late = (): void => reject(new Error('the service has not settled within timeoutMs'))
    const cancel = systemClock.after(Math.max(0, until - systemClock.monotonic()), late)
    supervision.settled().then(resolve, reject).finally(cancel)
  })

/** Whether nothing was written for so long. */
const isQuiet = (gate: ServiceGate, quietMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const finish = (answer: boolean): void => {
      forget()
      cancel()
      resolve(answer)
    }
    const forget = gate.onWrite(() => finish(false))
    const cancel = systemClock.after(quietMs, () => finish(true))
  })

const differencesOf = (
  { ignore, comparable = (snapshot) => snapshot }: CrashOptions,
  expected: Snapshots,
  end: Snapshots,
): string[] => {
  const names = Object.keys(expected)
  return names.flatMap((name) => {
    const [left, right] = [expected[name], end[name]]
    if (left === undefined || right === undefined) return [`cluster ${name}: there is no snapshot`]
    const found = sameState(comparable(left), comparable(right), ignore === undefined ? {} : { ignore })
    return differenceLines(found).map((line) => (names.length > 1 ? `${name}: ${line}` : line))
  })
}

/** Hits one point, as often as it takes to reach it. */
export const crashRun = async (
  options: CrashOptions,
  point: ChosenPoint,
  { begin, expected }: { readonly begin: Snapshots; readonly expected: Snapshots },
): Promise<CrashRun> => {
  const { tries = 3 } = options
  const began = systemClock.monotonic()
  const result = (outcome: CrashRun['outcome'], details: readonly string[]): CrashRun => {
    return { ...point, outcome, details, durationMs: systemClock.monotonic() - began }
  }
  try {
    for (let count = 0; count < tries; count++) {
      const { wasReached, differences } = await oneLife({ options, begin, point, expected })
      if (differences.length > 0) return result('differs', differences)
      if (wasReached) return result('converged', [])
    }
    return result('unreached', [])
  } catch (error) {
    return result('failed', [error instanceof Error ? error.message : String(error)])
  }
}
