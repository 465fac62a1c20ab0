import type { Step } from '../chain/progress.ts'

const widestTable = 8

/** The steps as rows, the hub and the spokes as columns, each cell the time at which it was done. */
export function stepTable(steps: readonly Step[]): string[] {
  const abouts = ['hub', ...unique(steps.map(({ about }) => about)).filter((about) => about !== 'hub')]
  const rows = unique(steps.map(({ step }) => step))
  const stepWidth = Math.max(...rows.map((row) => row.length))
  if (abouts.length > widestTable)
    return rows.map((row) =>
      manyClusters(
        row.padEnd(stepWidth),
        steps.filter(({ step }) => step === row),
      ),
    )

  const widths = abouts.map((about) => Math.max(about.length, 8))
  const line = (first: string, cells: readonly string[]): string =>
    `  ${first.padEnd(stepWidth)}  ${cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  ')}`.trimEnd()
  return [
    line('', abouts),
    ...rows.map((row) =>
      line(
        row,
        abouts.map((about) => cell(steps.find(({ step, about: whose }) => step === row && whose === about))),
      ),
    ),
  ]
}

function cell(step: Step | undefined): string {
  if (step === undefined) return ''
  if (step.ms !== undefined) return seconds(step.ms)
  return step.total > 1 && step.done > 0 ? `${step.done} of ${step.total}` : '…'
}

/** With more clusters than columns fit, a row says how many are done and when the last was. */
function manyClusters(row: string, steps: readonly Step[]): string {
  const done = steps.filter(({ ms }) => ms !== undefined)
  const last = done.length === steps.length ? seconds(Math.max(...done.map(({ ms }) => ms ?? 0))) : '…'
  return `  ${row}  ${`${done.length} of ${steps.length}`.padStart(10)}  ${last.padStart(8)}`
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}
