import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { root } from '../command/root.ts'

export interface ReasonEntry {
  readonly reason: string
  readonly on: readonly string[]
  readonly status: string
  readonly meaning: string
  readonly acts: string
  readonly todo: string
  readonly refusal?: boolean
  /** A message as it was really said in one of the scenarios. */
  readonly example?: string
}

export interface MetricEntry {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly labels: readonly string[]
}

/** What the hub controller says of itself. */
export interface HubReference {
  readonly reasons: readonly ReasonEntry[]
  readonly addOnConditionReasons: readonly (Omit<ReasonEntry, 'on'> & { readonly on: string })[]
  readonly requestReasons: Readonly<Record<string, string>>
  readonly metrics: readonly MetricEntry[]
  /** Names of the rules: the values of the label `derived`. */
  readonly rules: readonly string[]
}

/** Asked of a process of its own: tools start services, they do not import them. */
export async function hubReference(): Promise<HubReference> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--conditions=@odfmo/source',
      '--disable-warning=ExperimentalWarning',
      'packages/hub-controller/test/reference-process.ts',
    ],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 },
  )
  return JSON.parse(stdout) as HubReference
}
