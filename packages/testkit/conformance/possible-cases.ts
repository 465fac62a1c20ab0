import type { ConformanceArea, ConformanceCase } from './conformance-case.ts'
import type { Target } from './target.ts'

const canRun = (
  { needs }: ConformanceCase,
  { compact, givesCertificates, kubectl }: Pick<Target, 'compact' | 'givesCertificates' | 'kubectl'>,
): boolean => {
  switch (needs) {
    case undefined:
      return true
    case 'compaction':
      return compact !== undefined
    case 'certificates':
      return givesCertificates
    case 'kubectl':
      return kubectl !== undefined
  }
}

/** What of the areas can run on a target, and the names of what cannot, with what they need. */
export const possibleCases = (
  areas: readonly ConformanceArea[],
  target: Pick<Target, 'compact' | 'givesCertificates' | 'kubectl'>,
): { readonly possible: readonly ConformanceArea[]; readonly leftOut: readonly string[] } => ({
  possible: areas.map((area) => ({ ...area, cases: area.cases.filter((each) => canRun(each, target)) })),
  leftOut: areas.flatMap(({ name, cases }) =>
    cases.filter((each) => !canRun(each, target)).map(({ title, needs }) => `${name}: ${title} (${needs})`),
  ),
})

/** How many there are in all of them. */
export const countCases = (areas: readonly ConformanceArea[]): number =>
  areas.reduce((sum, { cases }) => sum + cases.length, 0)
