import type { Progress } from '../chain/progress.ts'
import { seconds } from '../view/table.ts'
import type { DemoResult } from './result.ts'

/** What now exists, where, and why: for a person. */
export function summary(result: DemoResult): string {
  const lines: string[] = []
  for (const cluster of Object.keys(result.objects)) {
    const here = result.progress.filter(
      ({ expectation, shows }) => expectation.cluster === cluster && shows !== undefined,
    )
    lines.push('', `On ${cluster}:`, ...byObject(here))
  }
  lines.push(
    '',
    `Memory: ${Object.entries(result.memoryMiB)
      .map(([name, mebibytes]) => `${name} ${Math.round(mebibytes)} MiB`)
      .join(', ')}`,
  )
  lines.push(
    `Requests: ${Object.entries(result.requests)
      .map(([name, counts]) => `${name} ${sum(Object.values(counts))}`)
      .join(', ')}`,
  )
  if (result.writesWhenQuiet !== null)
    lines.push(`Writes when quiet, leases aside: ${result.writesWhenQuiet}`)
  lines.push('')
  for (const { name, phase, ready, ms } of result.mirrorPeers) {
    lines.push(
      `MirrorPeer ${name}: ${phase}${ms === null ? '' : ` after ${seconds(ms)}`}${ready ? ', then Ready' : ''}`,
    )
  }
  for (const failure of result.failures) lines.push(`✗ ${failure}`)
  return `${lines.join('\n')}\n`
}

function byObject(progress: readonly Progress[]): string[] {
  const objects = new Map<string, Progress[]>()
  for (const one of progress) {
    const { object } = one.expectation
    objects.set(object, [...(objects.get(object) ?? []), one])
  }
  return [...objects].flatMap(([object, rows]) => [
    `  ${object}`,
    ...rows.map(({ expectation, shows }) => `      ${shows} — ${expectation.why}`),
  ])
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
