import { checkFields, checkWord, refuseOption } from '../check-option.ts'
import type { Cluster, MaybePromise } from '../cluster.ts'
import type { Faults } from '../faults.ts'
import type { ArrivedWrite } from '../faults/interceptor.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Snapshot } from '../snapshot.ts'
import type { CrashMode, CrashRun, CrashWrite } from './crash-report.ts'

/** What is stopped and started again. */
export interface CrashableService {
  /**
   * Ends it. Nothing it still sends reaches a cluster, so an abort will do, and so will SIGKILL; what it rejects with is
   * passed over.
   */
  stop(): MaybePromise<unknown>
  /** Resolves when it has nothing left to do; without it, it is done when it has written nothing for `quietMs`. */
  settled?(): Promise<unknown>
}

/** A cluster that can make faults and go back to a former state: one in memory, or a proxy that was given a `restore`. */
export interface CrashCluster extends Cluster {
  readonly faults: Faults
  restore(snapshot: Snapshot): MaybePromise<void>
}

/** One point, or one write in all modes. */
export interface CrashPoint {
  /** As a report names it, or its index there. */
  readonly write: string | number
  readonly mode?: CrashMode
}

/** For each cluster, verb and resource one write in each mode, and `more` points besides. */
export interface CrashSample {
  /** 0 when absent. */
  readonly more?: number
  /** By which they are chosen; a new one each time when absent, told by the report. */
  readonly seed?: number
  /** Whether a verb and resource needs no point in this mode, as another scenario has had one. */
  readonly isCovered?: (
    sort: Pick<CrashWrite, 'cluster' | 'verb' | 'resource'> & Pick<CrashRun, 'mode'>,
  ) => boolean
}

/** What `testCrashConsistency` takes. */
export interface CrashOptions {
  /** As they are now is how each run begins; of one cluster or of several with different names. */
  readonly clusters: CrashCluster | readonly CrashCluster[]
  /** Whose requests are the service's: `system:serviceaccount:app:controller`. Nobody else may use that name. */
  readonly user: string | readonly string[]
  /** Starts the service; called again after each stop. Resolves as soon as it can be stopped. */
  readonly start: () => Promise<CrashableService>
  /**
   * What happens to the clusters while the service runs, from its first start on; resolves when what it waits for is
   * there. It must not wait for ever, nor for what only an undisturbed run has.
   */
  readonly scenario: () => MaybePromise<unknown>
  /** All three when absent. */
  readonly modes?: readonly CrashMode[]
  /** These points only: how to repeat what a report names. */
  readonly only?: readonly CrashPoint[]
  /** Not every point; all when absent. */
  readonly sample?: CrashSample
  /** Which changes count as writes; when absent all but Events, Leases, reviews and tokens. */
  readonly isWrite?: (write: ArrivedWrite) => boolean
  /** Objects that are not compared. */
  readonly ignore?: (object: KubeObject) => boolean
  /** What is compared in place of a cluster's state: say with lists in order whose order says nothing. */
  readonly comparable?: (snapshot: Snapshot) => Snapshot
  /** How long a run may take, after its scenario, to end as the undisturbed one; 30,000 when absent. */
  readonly timeoutMs?: number
  /** How long without a write of the service is quiet; 100 when absent. */
  readonly quietMs?: number
  /** How often a point is tried that is not reached; 3 when absent. */
  readonly tries?: number
  /** Called after each run. */
  readonly onRun?: (run: CrashRun) => void
}

export const crashModes: readonly CrashMode[] = ['stop before effect', 'stop after effect', 'lose answer']

const fields = [
  'clusters',
  'user',
  'start',
  'scenario',
  'modes',
  'only',
  'sample',
  'isWrite',
  'ignore',
  'comparable',
  'timeoutMs',
  'quietMs',
  'tries',
  'onRun',
]

const refuse = (field: string, expected: string, got: unknown): never =>
  refuseOption(`testCrashConsistency: ${field}`, expected, got)

export const clustersIn = ({ clusters }: CrashOptions): readonly CrashCluster[] =>
  Array.isArray(clusters) ? (clusters as readonly CrashCluster[]) : [clusters as CrashCluster]

/** Throws a TypeError for options with which nothing would be tried, or not what they say. */
export const checkCrashOptions = (options: CrashOptions): void => {
  checkFields('testCrashConsistency', options, fields)
  const clusters = clustersIn(options)
  const names = clusters.map(({ name }) => name)
  if (names.length === 0 || new Set(names).size < names.length)
    refuse('clusters', 'one cluster, or several with different names', names.join(', '))
  for (const cluster of clusters)
    if (!('faults' in cluster && 'restore' in cluster))
      refuse('clusters', 'clusters with faults and restore()', (cluster as Cluster).name)
  if ([options.user].flat().length === 0) refuse('user', 'a name, or several', '[]')
  for (const field of ['start', 'scenario'] as const)
    if (typeof options[field] !== 'function') refuse(field, 'a function', options[field])
  for (const mode of options.modes ?? []) checkWord('testCrashConsistency: modes', mode, crashModes)
  if (options.modes?.length === 0) refuse('modes', 'at least one', '[]')
  if (options.only?.length === 0) refuse('only', 'at least one point', '[]')
  for (const point of options.only ?? []) {
    checkFields('testCrashConsistency: only', point, ['write', 'mode'])
    checkWord('testCrashConsistency: only', point.mode, crashModes)
  }
  if (options.sample !== undefined)
    checkFields('testCrashConsistency: sample', options.sample, ['more', 'seed', 'isCovered'])
  if (options.only !== undefined && options.sample !== undefined) refuse('only', 'no sample beside it', 'one')
  const { tries = 1, timeoutMs = 0, quietMs = 0 } = options
  if (!(Number.isInteger(tries) && tries >= 1)) refuse('tries', 'a whole number from 1', tries)
  if (!(timeoutMs >= 0)) refuse('timeoutMs', 'a number of milliseconds from 0', timeoutMs)
  if (!(quietMs >= 0)) refuse('quietMs', 'a number of milliseconds from 0', quietMs)
}
