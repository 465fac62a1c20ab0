import type { Verdict } from './judge.ts'

/** One line for people. */
export const line = (verdict: Verdict): string => {
  const { mutant, seconds } = verdict
  const time = `${seconds.toFixed(1)} s`.padStart(7)
  switch (verdict.is) {
    case 'killed':
      return `killed   ${time}  ${mutant.name}: by "${verdict.by}"`
    case 'survived':
      return `SURVIVED ${time}  ${mutant.name}: ${verdict.passed} tests pass with it (${mutant.tests.join(', ')})`
    case 'unusable':
      return `UNUSABLE ${time}  ${mutant.name}: ${verdict.why}`
  }
}

/** How many of each, and those that are not killed once more: of a long list only the end is seen. */
export const summary = (verdicts: readonly Verdict[], seconds: number): string => {
  const bad = verdicts.filter(({ is }) => is !== 'killed')
  const killed = `${verdicts.length - bad.length} of ${verdicts.length} mutants killed in ${Math.round(seconds)} s`
  return bad.length === 0 ? killed : [killed, ...bad.map(line)].join('\n')
}

export const jsonReport = (verdicts: readonly Verdict[], seconds: number): string => {
  const mutants = verdicts
    .toSorted((a, b) => (a.mutant.file < b.mutant.file ? -1 : 1))
    .map(({ mutant, ...verdict }) => ({
      number: mutant.number,
      name: mutant.name,
      sentence: mutant.sentence,
      ...verdict,
    }))
  const survivors = mutants.filter(({ is }) => is !== 'killed').length
  return `${JSON.stringify({ seconds, killed: mutants.length - survivors, notKilled: survivors, mutants }, null, 2)}\n`
}
