/** One figure of a benchmark and the bar it is held against. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Left out when the figure is only told. */
  readonly bar?: number
  readonly holds: boolean
  /** What the figure is compared with, when there is something to compare with, and its figure. */
  readonly against?: string
  /** This figure divided by that one. */
  readonly ratio?: number
}

/** A figure that must not be above its bar. */
export const atMost = (name: string, value: number, bar: number, unit: string): Row => ({
  name,
  value,
  unit,
  bar,
  holds: value <= bar,
})

/** A figure that must not be below its bar. */
export const atLeast = (name: string, value: number, bar: number, unit: string): Row => ({
  name,
  value,
  unit,
  bar,
  holds: value >= bar,
})

/** What something else was measured to need or do, and what has to be known of that. */
interface Other {
  readonly name: string
  readonly value: number
  readonly note?: string | undefined
}

/** A figure beside another's; its bar, if there is one, is so many times the other. */
interface Beside {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly other: Other
  readonly times?: number | undefined
  /** Whether more is better; less is when left out. */
  readonly more?: boolean | undefined
}

/** A figure beside another's. */
export function beside({ name, value, unit, other, times, more = false }: Beside): Row {
  const against = [`${other.name}: ${rounded(other.value)} ${unit}`.trim(), other.note]
    .filter(Boolean)
    .join(', ')
  const told = { name, value, unit, against, ratio: value / other.value }
  if (times === undefined) return { ...told, holds: true }
  const bar = other.value * times
  return { ...told, bar, holds: more ? value >= bar : value <= bar }
}

/** As a person reads it. */
export const rounded = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 })

/** The median; of an even number the upper of the two. */
export const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
