import { area } from '../conformance-case.ts'
import { actingAs } from './rbac/acting-as.ts'
import { aggregation } from './rbac/aggregation.ts'
import { authentication } from './rbac/authentication.ts'
import { authorization } from './rbac/authorization.ts'
import { bindings } from './rbac/bindings.ts'
import { defaultRoles } from './rbac/default-roles.ts'
import { escalation } from './rbac/escalation.ts'
import { impersonation } from './rbac/impersonation.ts'
import { reviews } from './rbac/reviews.ts'
import { tokenRequests } from './rbac/token-requests.ts'

export const rbac = area(
  'RBAC, escalation and bind',
  'rbac',
  authentication,
  tokenRequests,
  authorization,
  bindings,
  defaultRoles,
  escalation,
  impersonation,
  actingAs,
  aggregation,
  reviews,
)
