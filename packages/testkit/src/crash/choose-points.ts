import { listed, refuseOption } from '../check-option.ts'
import { seededRandom } from '../clock/seeded-random.ts'
import type { CrashOptions, CrashPoint, CrashSample } from './crash-options.ts'
import { crashModes } from './crash-options.ts'
import type { CrashMode, CrashWrite } from './crash-report.ts'

/** A write to be hit, and how. */
export interface ChosenPoint {
  readonly write: CrashWrite
  readonly mode: CrashMode
}

/** The writes of several undisturbed runs, each once, in the order in which they were first seen. */
export const unionOf = (runs: readonly (readonly CrashWrite[])[]): CrashWrite[] => {
  const byText = new Map(runs.flat().map((write) => [write.text, write]))
  return [...byText.values()].map((write, at) => ({ ...write, index: at + 1 }))
}

const allPoints = (writes: readonly CrashWrite[], modes: readonly CrashMode[]): ChosenPoint[] =>
  writes.flatMap((write) => modes.map((mode) => ({ write, mode })))

const namedPoints = (
  writes: readonly CrashWrite[],
  modes: readonly CrashMode[],
  only: readonly CrashPoint[],
): ChosenPoint[] =>
  only.flatMap(({ write: wanted, mode }) => {
    const found = writes.find(({ index, text }) => (typeof wanted === 'number' ? index : text) === wanted)
    if (found === undefined) {
      const texts = listed(writes.map(({ index, text }) => `${index} ${text}`))
      return refuseOption('testCrashConsistency: only', `a write of the undisturbed run: ${texts}`, wanted)
    }
    return allPoints([found], mode === undefined ? modes : [mode])
  })

/** One of each cluster, verb, resource and mode, and some more, in the order of all. */
const sampledPoints = (
  points: readonly ChosenPoint[],
  { more = 0, isCovered = () => false }: CrashSample,
  seed: number,
): ChosenPoint[] => {
  const random = seededRandom(seed)
  const shuffled = points
    .map((point) => ({ point, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ point }) => point)
  const sorts = new Map<string, ChosenPoint>()
  for (const point of shuffled) {
    const { write, mode } = point
    const { cluster, verb, resource } = write
    const sort = [cluster, verb, resource, mode].join(' ')
    if (!sorts.has(sort) && !isCovered({ cluster, verb, resource, mode })) sorts.set(sort, point)
  }
  const chosen = new Set(sorts.values())
  for (const point of shuffled.filter((one) => !chosen.has(one)).slice(0, more)) chosen.add(point)
  return points.filter((point) => chosen.has(point))
}

/** The points that options ask for. Throws a TypeError for one that there is none of. */
export const choosePoints = (
  writes: readonly CrashWrite[],
  { modes = crashModes, only, sample }: Pick<CrashOptions, 'modes' | 'only' | 'sample'>,
  seed: number,
): ChosenPoint[] => {
  if (only !== undefined) return namedPoints(writes, modes, only)
  const points = allPoints(writes, modes)
  return sample === undefined ? points : sampledPoints(points, sample, seed)
}
