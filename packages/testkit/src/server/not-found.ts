import type { Exchange } from './exchange.ts'

/** What the real server answers where nothing at all is served. */
export const sendNotFound = (exchange: Exchange): void =>
  exchange.send(404, 'text/plain; charset=utf-8', '404 page not found\n')
