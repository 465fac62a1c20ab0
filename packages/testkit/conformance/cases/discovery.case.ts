import { area } from '../conformance-case.ts'
import { aggregatedCustom } from './discovery/aggregated-custom.ts'
import { aggregated } from './discovery/aggregated.ts'
import { custom } from './discovery/custom.ts'
import { health } from './discovery/health.ts'
import { legacy } from './discovery/legacy.ts'
import { openapiCustom } from './discovery/openapi-custom.ts'
import { openapiDocuments } from './discovery/openapi-documents.ts'
import { openapi } from './discovery/openapi.ts'

export const discovery = area(
  'discovery',
  'discovery',
  legacy,
  aggregated,
  aggregatedCustom,
  custom,
  openapi,
  openapiDocuments,
  openapiCustom,
  health,
)
