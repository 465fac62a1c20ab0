import { parse } from 'yaml'
import type { ArrivedRequest } from '../faults/interceptor.ts'
import { textAt } from '../kube-object.ts'
import { resourceName } from '../resource-name.ts'
import type { Exchange } from './exchange.ts'
import { mediaTypeOf, readBytes } from './read-body.ts'
import type { RequestInfo } from './request-info.ts'

const writingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

/** Who asks for what; the body of a create is read for its name, and kept for whoever serves it. */
export const arrivedRequest = async (
  exchange: Exchange,
  info: RequestInfo,
  user: string,
): Promise<ArrivedRequest> => {
  const ended = (): Promise<void> => endOf(exchange)
  if (!info.isResource || !writingVerbs.has(info.verb) || exchange.query.has('dryRun'))
    return { user, write: undefined, ended }
  const { verb, group, plural, subresource, namespace } = info
  if (verb === 'create' && info.name === '') exchange.bodyAhead = await readBytes(exchange)
  const name = info.name === '' ? nameIn(exchange) : info.name
  const resource = resourceName(group, plural, subresource)
  return { user, write: { verb, resource, namespace, name, user }, ended }
}

const endOf = ({ response, isLeft }: Exchange): Promise<void> =>
  new Promise((resolve) => (isLeft ? resolve() : response.once('close', () => resolve())))

/** Empty when it is none that can be read; whoever serves the request says so. */
const nameIn = (exchange: Exchange): string => {
  const { bodyAhead } = exchange
  const type = mediaTypeOf(exchange)
  if (bodyAhead === undefined || type.endsWith('protobuf')) return ''
  const text = bodyAhead.toString('utf8')
  try {
    return textAt(type.endsWith('yaml') ? parse(text) : JSON.parse(text), 'metadata', 'name')
  } catch {
    return ''
  }
}
