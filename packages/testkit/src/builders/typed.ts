import { apiVersionOf } from '@odfmo/api-types'
import type { Kind } from '@odfmo/api-types/meta'

/** The first two fields of every object. */
export const typed = (kind: Kind): { apiVersion: string; kind: string } => ({
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
})
