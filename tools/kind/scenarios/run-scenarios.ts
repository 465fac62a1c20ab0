import { rememberAll } from './as-before.ts'
import type { Fleet } from './fleet.ts'
import type { Part } from './parts.ts'
import type { Scenario } from './scenario.ts'

/** What came of one scenario. */
export interface ScenarioResult extends Pick<Scenario, 'name' | 'title'> {
  readonly outcome: 'passed' | 'failed' | 'not run'
  /** Why it failed, or was not run. */
  readonly why?: string
  readonly ms: number
}

export interface RunOptions {
  /** What is played. */
  readonly parts: readonly Part[]
  readonly tell?: (result: ScenarioResult) => void
}

/**
 * Tries one scenario after the other; tells of each. The first that fails is the last that runs: the others begin where it
 * should have ended. Rejects when the fleet's signal is aborted.
 */
export const runScenarios = async (
  scenarios: readonly Scenario[],
  fleet: Fleet,
  { parts, tell = () => undefined }: RunOptions,
): Promise<readonly ScenarioResult[]> => {
  const results: ScenarioResult[] = []
  await rememberAll(fleet)
  for (const scenario of scenarios) {
    const failed = results.find(({ outcome }) => outcome === 'failed')
    const { needs } = scenario
    const whyNot =
      failed !== undefined
        ? `"${failed.name}" has failed before it`
        : needs !== undefined && !parts.includes(needs)
          ? `${needs} is not played here`
          : undefined
    const result = whyNot === undefined ? await tried(scenario, fleet) : notRun(scenario, whyNot)
    results.push(result)
    tell(result)
  }
  return results
}

const notRun = ({ name, title }: Scenario, why: string): ScenarioResult => ({
  name,
  title,
  outcome: 'not run',
  why,
  ms: 0,
})

async function tried({ name, title, run }: Scenario, fleet: Fleet): Promise<ScenarioResult> {
  const begunAt = performance.now()
  const ms = (): number => Math.round(performance.now() - begunAt)
  try {
    await run(fleet)
    return { name, title, outcome: 'passed', ms: ms() }
  } catch (error) {
    fleet.signal.throwIfAborted()
    const why = error instanceof Error ? error.message : String(error)
    return { name, title, outcome: 'failed', why, ms: ms() }
  }
}
