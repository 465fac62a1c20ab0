import { expect, it } from 'vitest'
import { choosePoints, unionOf } from './choose-points.ts'
import type { CrashWrite } from './crash-report.ts'
import { WritesOfARun } from './writes-of-a-run.ts'

const user = 'controller'
const runOf = (...texts: readonly string[]): readonly CrashWrite[] => {
  const run = new WritesOfARun(1)
  for (const text of texts) {
    const [verb = '', resource = '', name = ''] = text.split(' ')
    run.add('hub', { verb, resource, namespace: 'app', name, user })
  }
  return run.all
}
const shown = (points: ReturnType<typeof choosePoints>): string[] =>
  points.map(({ write, mode }) => `${mode}: ${write.text}`)

it('tells the writes of a run apart by object and occurrence', () => {
  expect(runOf('patch secrets a', 'patch secrets b', 'patch secrets a').map(({ text }) => text)).toEqual([
    'patch secrets app/a',
    'patch secrets app/b',
    'patch secrets app/a #2',
  ])
})

it('unites runs that differ a little', () => {
  const union = unionOf([
    runOf('create secrets a', 'create secrets b'),
    runOf('create secrets b', 'patch secrets b'),
  ])
  expect(union.map(({ index, text }) => `${index} ${text}`)).toEqual([
    '1 create secrets app/a',
    '2 create secrets app/b',
    '3 patch secrets app/b',
  ])
})

it('samples one of each verb, resource and mode, and more, the same for a seed', () => {
  const writes = runOf(
    'create secrets a',
    'create secrets b',
    'create secrets c',
    'patch secrets a',
    'create pods a',
  )
  for (let seed = 0; seed < 50; seed++) {
    const points = choosePoints(writes, { sample: { more: 2 } }, seed)
    expect(points).toHaveLength(3 * 3 + 2)
    const sorts = new Set(points.map(({ write, mode }) => `${write.verb} ${write.resource} ${mode}`))
    expect(sorts.size).toBe(9)
    expect(choosePoints(writes, { sample: { more: 2 } }, seed)).toEqual(points)
  }
  const chosen = Array.from({ length: 50 }, (_, seed) =>
    shown(choosePoints(writes, { sample: {} }, seed)).join(),
  )
  expect(new Set(chosen).size).toBeGreaterThan(10)
})

it('leaves out of a sample what another scenario has covered, but for the points beside it', () => {
  const writes = runOf('create secrets a', 'patch secrets a')
  const isCovered = ({ verb }: { readonly verb: string }): boolean => verb === 'create'
  expect(shown(choosePoints(writes, { sample: { isCovered } }, 1))).toEqual([
    'stop before effect: patch secrets app/a',
    'stop after effect: patch secrets app/a',
    'lose answer: patch secrets app/a',
  ])
  expect(choosePoints(writes, { sample: { isCovered, more: 2 } }, 1)).toHaveLength(5)
})

it('finds points by text or index, in one mode or all', () => {
  const writes = runOf('create secrets a', 'patch secrets a')
  expect(shown(choosePoints(writes, { only: [{ write: 2, mode: 'lose answer' }] }, 1))).toEqual([
    'lose answer: patch secrets app/a',
  ])
  expect(choosePoints(writes, { only: [{ write: 'create secrets app/a' }] }, 1)).toHaveLength(3)
  expect(() => choosePoints(writes, { only: [{ write: 3 }] }, 1)).toThrow(
    '1 create secrets app/a or 2 patch secrets app/a, got 3',
  )
})
