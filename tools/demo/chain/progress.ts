import type { Expectation } from './expectation.ts'
import type { Seen } from './seen.ts'

/** An expectation with what has been seen of it. */
export interface Progress {
  readonly expectation: Expectation
  /** What it shows now; undefined while it does not hold. */
  readonly shows: string | undefined
  /** When it was first so, in milliseconds since the MirrorPeers went in. */
  readonly sinceMs: number | undefined
}

/** A row of the live view: one step, about one cluster or the hub. */
export interface Step {
  readonly step: string
  readonly about: string
  readonly total: number
  readonly done: number
  /** When the last of its expectations came true; undefined before. */
  readonly ms: number | undefined
}

/** Looks at all expectations again; what was once seen keeps its time. */
export function lookAgain(before: readonly Progress[], seen: Seen, nowMs: number): Progress[] {
  return before.map(({ expectation, sinceMs }) => {
    const shows = expectation.shows(seen)
    return { expectation, shows, sinceMs: sinceMs ?? (shows === undefined ? undefined : nowMs) }
  })
}

export const startProgress = (chain: readonly Expectation[]): Progress[] =>
  chain.map((expectation) => ({ expectation, shows: undefined, sinceMs: undefined }))

export const allHold = (progress: readonly Progress[]): boolean =>
  progress.every(({ shows }) => shows !== undefined)

/** The steps in the order of the chain, each with how far it is. */
export function stepsOf(progress: readonly Progress[]): Step[] {
  const groups = new Map<string, Progress[]>()
  for (const one of progress) {
    const key = `${one.expectation.about}: ${one.expectation.step}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()].map((group) => {
    const done = group.filter(({ shows }) => shows !== undefined)
    const [first] = group
    return {
      step: first?.expectation.step ?? '',
      about: first?.expectation.about ?? '',
      total: group.length,
      done: done.length,
      ms: done.length < group.length ? undefined : Math.max(...group.map(({ sinceMs }) => sinceMs ?? 0)),
    }
  })
}
