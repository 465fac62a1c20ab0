import type { KubeObject } from '@odfmo/api-types/meta'
import { KubeError } from '../../src/client/kube-error.ts'

export interface Thing extends KubeObject {
  readonly value: string
}

export interface Change {
  readonly version: number
  readonly key: string
  readonly before: Thing | undefined
  readonly after: Thing | undefined
}

/** One kind on the server: what there is, and what happened since the history was last cut. */
export class Table {
  readonly objects = new Map<string, Thing>()
  changes: Change[] = []
  compacted = 0
  served = true
  forbidden = false
  /** Every uid that ever went, and `uid ours` of what ever was not ours. */
  readonly departed = new Set<string>()
  /** Was not served at some time. */
  wasAway = false
  /** Everything that ever was, as `uid@version value`. */
  readonly states = new Set<string>()
}

export const failure = (status: number, cause?: string): KubeError =>
  new KubeError({ verb: 'list', resource: 'things', cluster: 'c' }, status, 'Model', 'model', {
    ...(status === 429 ? { retryAfterMs: 1000 } : {}),
    ...(cause === undefined ? {} : { details: { causes: [{ reason: cause }] } }),
  })

export const stateText = (object: Thing): string =>
  `${object.metadata.uid}@${object.metadata.resourceVersion} ${object.value}`
