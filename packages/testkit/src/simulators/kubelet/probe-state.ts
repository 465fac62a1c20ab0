import type { Probe } from '@odfmo/api-types'

/** Timing of a probe with the API's defaults. */
export interface ProbeTiming {
  readonly initialDelayMs: number
  readonly periodMs: number
  readonly timeoutMs: number
  readonly failureThreshold: number
}

export const timingOf = (probe: Probe): ProbeTiming => ({
  initialDelayMs: (probe.initialDelaySeconds ?? 0) * 1000,
  periodMs: (probe.periodSeconds ?? 10) * 1000,
  timeoutMs: (probe.timeoutSeconds ?? 1) * 1000,
  failureThreshold: probe.failureThreshold ?? 3,
})

export interface ProbeState {
  readonly isPassing: boolean
  readonly failures: number
}

/** One success passes; failures count only in a row, and a probe that never passed stays failed. */
export const probeStep = (
  { isPassing, failures }: ProbeState,
  succeeded: boolean,
  threshold: number,
): ProbeState => {
  if (succeeded) return { isPassing: true, failures: 0 }
  const more = failures + 1
  return { isPassing: isPassing && more < threshold, failures: more }
}
