/** What is told of one gauge. */
export interface GaugeOptions<L extends string> {
  /** With its unit: `odfmo_mirrorpeers`, `…_seconds`. */
  readonly name: string
  readonly help: string
  readonly labels: readonly L[]
}

/** Labels, and the value that they have now. */
export type Sample<L extends string> = readonly [labels: Readonly<Record<L, string>>, value: number]
