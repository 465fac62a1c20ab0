import { expect, test } from 'vitest'
import type { Step } from '../chain/progress.ts'
import { stepTable } from './table.ts'

const step = (
  about: string,
  name: string,
  ms: number | undefined,
  done = ms === undefined ? 0 : 1,
  total = 1,
): Step => ({
  about,
  step: name,
  ms,
  done,
  total,
})

test('steps are rows, the hub and the spokes columns, a cell its time', () => {
  const steps = [
    step('hub', 'taken', 110),
    step('cluster1', 'agent runs', 1234),
    step('cluster2', 'agent runs', undefined),
    step('cluster1', 'labels', undefined, 1, 2),
    step('cluster2', 'labels', 2000, 2, 2),
  ]
  expect(stepTable(steps)).toEqual([
    '                   hub  cluster1  cluster2',
    '  taken         0.11 s',
    '  agent runs              1.23 s         …',
    '  labels                  1 of 2    2.00 s',
  ])
})

test('with more clusters than columns a row says how many are done', () => {
  const steps = Array.from({ length: 12 }, (_, index) =>
    step(`cluster${index + 1}`, 'agent runs', index < 5 ? index : undefined),
  )
  expect(stepTable(steps)).toEqual(['  agent runs     5 of 12         …'])
})
