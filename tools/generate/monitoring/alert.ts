/** A rule of Prometheus that tells somebody. */
export interface Alert {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly severity: 'critical' | 'warning'
  /** One line; labels of the series as `{{ $labels.kind }}`. */
  readonly summary: string
  /** What it means and what to do. */
  readonly description: string
}
