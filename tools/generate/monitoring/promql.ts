import type { MetricEntry } from '../../reference/hub-reference.ts'

/** What a label has to be: a value, or one of several. */
export type LabelMatch = string | readonly string[]

/** Selects the series of a metric of one service. */
export type Select = (metric: string, labels?: Readonly<Record<string, LabelMatch>>) => string

/**
 * A selector for metrics of the service that is scraped as `job`: names and labels are those that the service registers, so
 * that one that was renamed cannot stay behind here. Throws an Error that names what there is not.
 */
export const selectorOfJob =
  (job: string, metrics: readonly MetricEntry[]): Select =>
  (metric, labels = {}) => {
    const known = metrics.find(({ name }) => name === metric)
    if (known === undefined) throw new Error(`alert: ${job} registers no metric ${metric}`)
    const matchers = Object.entries(labels).map(([label, match]) => {
      if (!known.labels.includes(label)) throw new Error(`alert: ${metric} has no label ${label}`)
      return typeof match === 'string'
        ? `${label}=${JSON.stringify(match)}`
        : `${label}=~${JSON.stringify(match.map(quoted).join('|'))}`
    })
    return `${metric}{${[`job=${JSON.stringify(job)}`, ...matchers].join(',')}}`
  }

/** What means something in an expression of RE2 stands for itself. */
const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)

/** How an expression is made of others: `max by (kind) (…)`. */
export const aggregate = (by: readonly string[], how: 'max' | 'min' | 'sum', expression: string): string =>
  `${how} by (${['namespace', ...by].join(', ')}) (${expression})`

/** Growth of a counter in five minutes, of all replicas. */
export const growth = (by: readonly string[], counter: string): string =>
  aggregate(by, 'sum', `increase(${counter}[5m])`)
