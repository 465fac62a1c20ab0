import { expect, it } from 'vitest'
import type { Fleet } from './fleet.ts'
import { runScenarios } from './run-scenarios.ts'
import type { Scenario } from './scenario.ts'

const stopped = new AbortController()

/** As much of a fleet as scenarios need that do nothing. */
const fleet = (signal = new AbortController().signal) => ({ calls: [], signal }) as unknown as Fleet

const scenario = (name: string, more: Partial<Scenario> = {}): Scenario => ({
  name,
  title: `${name} happens`,
  run: () => Promise.resolve(),
  ...more,
})

const fails = () => Promise.reject(new Error('cluster2 has not the present token of cluster1'))

it('runs nothing behind a scenario that failed, and says why', async () => {
  const told: string[] = []
  const all = [scenario('one'), scenario('two', { run: fails }), scenario('three'), scenario('four')]
  const results = await runScenarios(all, fleet(), { parts: [], tell: ({ name }) => told.push(name) })
  expect(results.map(({ name, outcome, why = '' }) => [name, outcome, why])).toEqual([
    ['one', 'passed', ''],
    ['two', 'failed', 'cluster2 has not the present token of cluster1'],
    ['three', 'not run', '"two" has failed before it'],
    ['four', 'not run', '"two" has failed before it'],
  ])
  expect(told).toEqual(['one', 'two', 'three', 'four'])
})

it('leaves out what needs something played that is really there', async () => {
  const all = [scenario('one', { needs: 'storage', run: fails }), scenario('two')]
  const results = await runScenarios(all, fleet(), { parts: ['ramen'] })
  expect(results.map(({ outcome, why = '' }) => [outcome, why])).toEqual([
    ['not run', 'storage is not played here'],
    ['passed', ''],
  ])
})

it('ends with the signal, not with a scenario that failed because of it', async () => {
  stopped.abort(new Error('ended by SIGINT'))
  const run = runScenarios([scenario('one', { run: fails })], fleet(stopped.signal), { parts: [] })
  await expect(run).rejects.toThrow('ended by SIGINT')
})
