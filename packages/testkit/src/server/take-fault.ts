import type { Identity } from '../auth/identity.ts'
import type { Faults } from '../faults.ts'
import type { MetFault } from '../faults/counted-rule.ts'
import { arrivedRequest } from './arrived-request.ts'
import type { Exchange } from './exchange.ts'
import type { RequestInfo } from './request-info.ts'

/** The fault that hits a request, if any: those who look at all requests are asked before the rules. */
export const takeFault = (
  faults: Faults,
  exchange: Exchange,
  wish: RequestInfo,
  identity: Pick<Identity, 'user'>,
): MetFault | undefined | Promise<MetFault | undefined> => {
  if (!faults.isIntercepted) return faults.take(wish, identity)
  return arrivedRequest(exchange, wish, identity.user).then(
    (request) => faults.intercepted(request) ?? faults.take(wish, identity),
  )
}
