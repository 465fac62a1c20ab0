import type { Clock } from '../clock/clock.ts'
import type { MetFault } from '../faults/counted-rule.ts'
import { faultError } from '../faults/fault-error.ts'
import type { Exchange } from './exchange.ts'
import type { RequestInfo } from './request-info.ts'

/** What a fault does to a request before it is served. Answers whether it is still to be; throws the refusal it is. */
export const sufferFault = async (
  exchange: Exchange,
  fault: MetFault,
  clock: Pick<Clock, 'after'>,
  info: RequestInfo,
): Promise<boolean> => {
  switch (fault.kind) {
    case 'status':
      throw faultError(fault, info)
    case 'delay':
      if (fault.when !== 'after' || info.verb === 'watch') return pausedWhileThere(exchange, clock, fault.ms)
      exchange.answerLater = (send) =>
        void pausedWhileThere(exchange, clock, fault.ms).then((isThere) => isThere && send())
      return true
    case 'cut':
      exchange.breakAnswer = 'cut'
      return true
    case 'slow':
      exchange.pace = { clock, bytesPerSecond: fault.bytesPerSecond }
      return true
    case 'lag':
      exchange.lagMs = fault.ms
      return true
    case 'stale':
      await fault.staleness.ready
      exchange.staleness = fault.staleness
      return true
    case 'reset':
      if (fault.when === 'after') {
        exchange.breakAnswer = 'reset'
        return true
      }
      exchange.destroy()
      return false
  }
}

/** Resolves after a while, or when the client has left: with whether it is still there. */
const pausedWhileThere = (
  { response }: Pick<Exchange, 'response'>,
  clock: Pick<Clock, 'after'>,
  ms: number,
): Promise<boolean> =>
  new Promise((resolve) => {
    const left = (): void => {
      cancel()
      resolve(false)
    }
    const cancel = clock.after(ms, () => {
      response.removeListener('close', left)
      resolve(true)
    })
    response.once('close', left)
  })
