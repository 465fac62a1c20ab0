import type { CaseApi } from './case-api.ts'

/** Requests in a fixed order with what the answers must have; every answer is compared whole with the recorded one. */
export interface ConformanceCase {
  /** A sentence that holds on a real API server; unique in its area. */
  readonly title: string
  readonly run: (api: CaseApi) => Promise<void>
  /** Runs when no other case does: it changes what all of them see, the history of the server for one. */
  readonly isAlone: boolean
  /** What not every provider has; without it the case is left out, and named. */
  readonly needs?: Need
}

/** `compaction`: of the server's history; `certificates`: an identity of one's own, not by impersonation; `kubectl`: the program. */
export type Need = 'compaction' | 'certificates' | 'kubectl'

/** Marks a case that no other may run beside: it takes history away. */
export const alone = (run: ConformanceCase['run']): MarkedCase => ({
  run,
  isAlone: true,
  needs: 'compaction',
})

/** Marks a case about what a client certificate says of its bearer: impersonation says less. */
export const byCertificate = (run: ConformanceCase['run']): MarkedCase => ({
  run,
  isAlone: false,
  needs: 'certificates',
})

/** Marks a case in which kubectl makes the requests. */
export const byKubectl = (run: ConformanceCase['run']): MarkedCase => ({
  run,
  isAlone: false,
  needs: 'kubectl',
})

type MarkedCase = Omit<ConformanceCase, 'title'>

export interface ConformanceArea {
  /** As in the README's table. */
  readonly name: string
  /** Its recording is `recorded/FILE.json`. */
  readonly file: string
  readonly cases: readonly ConformanceCase[]
  /** Runs when all other areas have: it holds up what the server's own controllers do for them. */
  readonly isLast?: boolean
}

/** Cases by title. */
export type Cases = Readonly<Record<string, ConformanceCase['run'] | MarkedCase>>

/** An area from its cases by title, of one or several files. */
export const area = (name: string, file: string, ...parts: readonly Cases[]): ConformanceArea => ({
  name,
  file,
  // not merged before: a title of two files would hide one of its cases
  cases: parts
    .flatMap(Object.entries<Cases[string]>)
    .map(([title, each]) =>
      typeof each === 'function' ? { title, run: each, isAlone: false } : { title, ...each },
    ),
})
