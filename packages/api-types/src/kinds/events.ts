import type { KubeObject } from '../meta.ts'
import type { ObjectReference } from './core.ts'

/** events.k8s.io/v1 Event. */
export interface Event extends KubeObject {
  /** RFC 3339, microseconds. */
  readonly eventTime?: string
  readonly series?: { readonly count: number; readonly lastObservedTime: string }
  readonly reportingController?: string
  readonly reportingInstance?: string
  /** What was done or found, CamelCase. */
  readonly action?: string
  /** Why, CamelCase. */
  readonly reason?: string
  readonly regarding?: ObjectReference
  readonly related?: ObjectReference
  /** At most 1 kB. */
  readonly note?: string
  readonly type?: 'Normal' | 'Warning'
}
