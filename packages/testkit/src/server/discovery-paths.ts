import { createHash } from 'node:crypto'
import { ApiError, pathMethodNotAllowed, pathNotFound } from '../api-error.ts'
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiVersions,
  resourceList,
} from '../discovery/discovery.ts'
import type { Api } from '../verbs/api.ts'
import { acceptedRanges } from './accepted-ranges.ts'
import type { AcceptedRange } from './accepted-ranges.ts'
import type { Exchange } from './exchange.ts'
import { sendNotFound } from './not-found.ts'

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

const isAggregated = ({ type, parameters }: AcceptedRange): boolean =>
  type === 'application/json' &&
  ['as=APIGroupDiscoveryList', 'g=apidiscovery.k8s.io', 'v=v2'].every((wanted) => parameters.includes(wanted))

const isPlain = ({ type, parameters }: AcceptedRange): boolean =>
  /^(?:application\/(?:json|yaml|\*)|\*\/\*)$/.test(type) &&
  !parameters.some((parameter) => /^(?:as|g|v)=/.test(parameter))

/** What a client takes: the discovery of all groups at once, or the old documents. */
const wantedForm = (accept: string | undefined, knowsAggregated: boolean): 'aggregated' | 'legacy' => {
  if (accept === undefined || accept.trim() === '') return 'legacy'
  const ranges = acceptedRanges(accept)
  // whatever else is taken
  if (knowsAggregated && ranges.some(isAggregated)) return 'aggregated'
  if (ranges.some(isPlain)) return 'legacy'
  throw new ApiError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  )
}

const sendAggregated = (exchange: Exchange, document: unknown): void => {
  const body = JSON.stringify(document)
  const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' }
  if (exchange.header('if-none-match') === etag) exchange.sendNothing(304, headers)
  else exchange.send(200, aggregatedType, body, headers)
}

const isRead = ({ method }: Exchange): boolean => method === 'GET' || method === 'HEAD'

const send = (exchange: Exchange, value: unknown): void => exchange.sendJson(200, JSON.stringify(value))

const sendVersion = (api: Api, exchange: Exchange, group: string, version: string): void => {
  const resources = api.registry.all()
  const isBuiltIn = resources.some((resource) => resource.group === group && !resource.isCustom)
  const list = resourceList(resources, group, version)
  if (list === undefined && !isBuiltIn) sendNotFound(exchange)
  else if (list === undefined) throw pathNotFound()
  else if (isBuiltIn && !isRead(exchange)) throw pathMethodNotAllowed()
  else send(exchange, list)
}

/** Answers `/api`, `/apis` and what is below them but no resource. */
export const handleDiscovery = (api: Api, exchange: Exchange, segments: readonly string[]): void => {
  const resources = api.registry.all()
  const [root, group, version] = segments
  const form = wantedForm(exchange.header('accept'), group === undefined)
  if (root === 'api') {
    if (group !== undefined) sendVersion(api, exchange, '', group)
    else if (!isRead(exchange)) throw pathMethodNotAllowed()
    else if (form === 'aggregated') sendAggregated(exchange, aggregatedDiscovery(resources, '/api'))
    else send(exchange, apiVersions(exchange.header('host') ?? ''))
  } else if (group === undefined) {
    if (form === 'aggregated') sendAggregated(exchange, aggregatedDiscovery(resources, '/apis'))
    else send(exchange, apiGroupList(resources))
  } else if (version === undefined) {
    const described = apiGroup(resources, group)
    if (described === undefined) sendNotFound(exchange)
    else send(exchange, described)
  } else sendVersion(api, exchange, group, version)
}
