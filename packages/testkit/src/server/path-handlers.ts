import { notAcceptable, pathNotFound } from '../api-error.ts'
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiVersions,
  resourceList,
} from '../discovery/discovery.ts'
import { openApiIndex, openApiV2, openApiV3 } from '../discovery/openapi.ts'
import type { Api } from '../verbs/api.ts'
import type { Exchange } from './exchange.ts'

/** The API this server plays. */
const version = {
  major: '1',
  minor: '35',
  gitVersion: 'v1.35.4',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-04-15T00:00:00Z',
  goVersion: 'go1.25.9',
  compiler: 'gc',
  platform: 'linux/amd64',
}

const aggregatedVersion = (accept: string | undefined): string | undefined => {
  for (const range of (accept ?? '').split(',')) {
    if (!range.includes('as=APIGroupDiscoveryList') || !range.includes('g=apidiscovery.k8s.io')) continue
    const wanted = /v=(v2(?:beta1)?)(?:;|$)/.exec(range)?.[1]
    if (wanted !== undefined) return wanted
  }
  return undefined
}

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw pathNotFound()
  return value
}

const send = (exchange: Exchange, value: unknown): void => exchange.sendJson(200, JSON.stringify(value))

const discovery = (api: Api, exchange: Exchange, segments: readonly string[]): void => {
  const resources = api.registry.all()
  const [root, group = '', groupVersion] = segments
  const aggregated = aggregatedVersion(exchange.header('accept'))
  if (segments.length === 1 && aggregated !== undefined) {
    const body = JSON.stringify(aggregatedDiscovery(resources, root === 'api' ? '/api' : '/apis', aggregated))
    exchange.send(
      200,
      `application/json;g=apidiscovery.k8s.io;v=${aggregated};as=APIGroupDiscoveryList`,
      body,
    )
  } else if (root === 'api')
    send(
      exchange,
      segments.length === 1
        ? apiVersions(exchange.header('host') ?? '')
        : found(resourceList(resources, '', group)),
    )
  else if (segments.length === 1) send(exchange, apiGroupList(resources))
  else if (groupVersion === undefined) send(exchange, found(apiGroup(resources, group)))
  else send(exchange, found(resourceList(resources, group, groupVersion)))
}

const openApi = (api: Api, exchange: Exchange, segments: readonly string[]): void => {
  const resources = api.registry.all().filter(({ verbs }) => verbs.includes('get'))
  const accept = exchange.header('accept') ?? '*/*'
  if (!/json|\*\/\*/.test(accept)) throw notAcceptable()
  const [, form, ...root] = segments
  if (form === 'v2') send(exchange, openApiV2(resources))
  else if (form === 'v3')
    send(
      exchange,
      root.length === 0
        ? openApiIndex(resources, api.registry.generation)
        : found(openApiV3(resources, root.join('/'))),
    )
  else throw pathNotFound()
}

/** Answers what is no resource: discovery, OpenAPI, version and health. */
export const handlePath = (api: Api, exchange: Exchange): void => {
  const segments = exchange.path.split('/').filter((segment) => segment !== '')
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw pathNotFound()
  switch (segments[0]) {
    case undefined:
      send(exchange, {
        paths: ['/api', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'],
      })
      return
    case 'api':
    case 'apis':
      discovery(api, exchange, segments)
      return
    case 'openapi':
      openApi(api, exchange, segments)
      return
    case 'version':
      send(exchange, version)
      return
    case 'healthz':
    case 'livez':
    case 'readyz':
      exchange.send(
        200,
        'text/plain; charset=utf-8',
        exchange.query.has('verbose') ? `[+]ping ok\n${segments[0]} check passed\n` : 'ok',
      )
      return
    default:
      throw pathNotFound()
  }
}
