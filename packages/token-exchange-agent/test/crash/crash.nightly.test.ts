import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runScenario } from './run-scenario.ts'
import { scenarios } from './scenarios.ts'
import { startStage, type Stage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await startStage()
})
afterEach(() => stage.end())

describe('the agent stopped at every write, in every way, ends as one that was not', () => {
  it.each(scenarios)(
    '$name',
    async (scenario) => {
      const report = await runScenario(stage, scenario)
      // What a night has tried is to be seen in its log.
      process.stdout.write(`${scenario.name}: ${report.summary}\n${report.unreached.join('\n')}\n`)
      expect(report.problems).toEqual([])
      expect(report.writes.length).toBeGreaterThanOrEqual(scenario.writes)
    },
    60 * 60_000,
  )
})
