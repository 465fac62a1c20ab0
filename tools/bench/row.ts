/** One figure of a benchmark and the bar it is held against. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly bar: number
  readonly holds: boolean
  /** What the figure is compared with, when there is something to compare with. */
  readonly against?: string
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
