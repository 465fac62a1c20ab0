import { pathMethodNotAllowed } from '../api-error.ts'
import type { Api } from '../verbs/api.ts'
import { handleDiscovery } from './discovery-paths.ts'
import type { Exchange } from './exchange.ts'
import { handleHealth } from './health-paths.ts'
import { sendNotFound } from './not-found.ts'
import { handleOpenApi } from './openapi-paths.ts'

/** The API this server plays. */
const version = {
  major: '1',
  minor: '35',
  emulationMajor: '1',
  emulationMinor: '35',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '34',
  gitVersion: 'v1.35.4',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-04-15T00:00:00Z',
  goVersion: 'go1.25.9',
  compiler: 'gc',
  platform: 'linux/amd64',
}

const paths = ['/api', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version']

/** As people read it: that is how these are sent. */
const sendRead = (exchange: Exchange, value: unknown): void => {
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw pathMethodNotAllowed()
  exchange.sendJson(200, JSON.stringify(value, undefined, 2))
}

/** Answers what is no resource: discovery, OpenAPI, version and health. */
export const handlePath = (api: Api, exchange: Exchange): void => {
  const segments = exchange.path.split('/').filter((segment) => segment !== '')
  switch (segments[0]) {
    case undefined:
      sendRead(exchange, { paths })
      return
    case 'api':
    case 'apis':
      handleDiscovery(api, exchange, segments)
      return
    case 'openapi':
      handleOpenApi(api, exchange, segments)
      return
    case 'version':
      sendRead(exchange, version)
      return
    case 'healthz':
    case 'livez':
    case 'readyz':
      handleHealth(exchange, segments)
      return
    default:
      sendNotFound(exchange)
  }
}
