import type { Exchange } from './exchange.ts'
import { sendNotFound } from './not-found.ts'

/** Answers `/healthz`, `/livez`, `/readyz` and their one check, `ping`. */
export const handleHealth = (exchange: Exchange, segments: readonly string[]): void => {
  const [name, check] = segments
  const isKnown = check === undefined ? exchange.path === `/${name}` : check === 'ping'
  if (!isKnown || segments.length > 2) {
    sendNotFound(exchange)
    return
  }
  const isVerbose = check === undefined && exchange.query.has('verbose')
  const line = exchange.query.getAll('exclude').includes('ping') ? '[+]ping excluded: ok' : '[+]ping ok'
  exchange.send(200, 'text/plain; charset=utf-8', isVerbose ? `${line}\n${name} check passed\n` : 'ok')
}
