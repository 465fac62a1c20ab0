import type { ConformanceArea } from './conformance-case.ts'
import { runCase, slugOf } from './run-case.ts'
import type { Target } from './target.ts'
import type { CaseResult } from './transcript.ts'

/** Cases that run at the same time: they wait for the server, and some for time to pass on it. */
const lanes = 6

/** Runs all cases of the areas, several at a time; answers their results in the suite's order. */
export const runSuite = async (target: Target, areas: readonly ConformanceArea[]): Promise<CaseResult[]> => {
  const work = areas.flatMap((area) =>
    area.cases.map((each) => ({ area, each, slug: slugOf(area.file, each.title) })),
  )
  const results: CaseResult[] = []
  const runAll = async (some: readonly number[], count: number): Promise<void> => {
    const left = [...some]
    const lane = async (): Promise<void> => {
      for (let at = left.shift(); at !== undefined; at = left.shift()) {
        const item = work[at]
        if (item === undefined) return
        results[at] = await runCase(target, item.each, { areaName: item.area.name, slug: item.slug })
      }
    }
    await Promise.all(Array.from({ length: count }, lane))
  }
  const isAlone = (at: number): boolean => work[at]?.each.isAlone === true
  const isLast = (at: number): boolean => work[at]?.area.isLast === true
  const places = [...work.keys()]
  await runAll(
    places.filter((at) => !isAlone(at) && !isLast(at)),
    lanes,
  )
  await runAll(places.filter(isAlone), 1)
  await runAll(places.filter(isLast), lanes)
  return results
}
