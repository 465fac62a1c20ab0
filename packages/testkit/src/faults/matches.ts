import { isResourceNamed, resourceName } from '../resource-name.ts'
import type { RequestInfo } from '../server/request-info.ts'
import type { Fault, FaultMatch } from './fault-rule.ts'
import type { FaultyWatch } from './faulty-watch.ts'

const hasVerb = (wanted: FaultMatch['verb'], verb: string): boolean =>
  wanted === undefined || (typeof wanted === 'string' ? wanted === verb : wanted.includes(verb))

/** Some kinds of fault only make sense for some verbs. */
const isFor = (kind: Fault['kind'], verb: string): boolean => {
  if (kind === 'lag') return verb === 'watch'
  if (kind === 'slow') return verb !== 'watch'
  return kind !== 'stale' || ['get', 'list', 'watch'].includes(verb)
}

/** Whether a request is one that a rule is for. */
export const matchesRequest = (
  match: FaultMatch,
  kind: Fault['kind'],
  info: RequestInfo,
  user: string,
): boolean => {
  if (!hasVerb(match.verb, info.verb) || (match.user !== undefined && match.user !== user)) return false
  if (!info.isResource) {
    const isAny = match.resource === undefined && match.name === undefined && match.namespace === undefined
    return isAny && kind !== 'stale' && kind !== 'lag'
  }
  return (
    isFor(kind, info.verb) &&
    (match.resource === undefined ||
      isResourceNamed(match.resource, resourceName(info.group, info.plural, info.subresource))) &&
    (match.namespace === undefined || match.namespace === info.namespace) &&
    (match.name === undefined || match.name === info.name)
  )
}

/** Whether an open watch is one that a match is for. */
export const matchesWatch = (
  { verb, resource, namespace, name, user }: FaultMatch,
  watch: Pick<FaultyWatch, 'identity' | 'resource' | 'namespace' | 'name'>,
): boolean =>
  hasVerb(verb, 'watch') &&
  (resource === undefined ||
    isResourceNamed(resource, resourceName(watch.resource.group, watch.resource.plural, ''))) &&
  (namespace === undefined || namespace === watch.namespace) &&
  (name === undefined || name === watch.name) &&
  (user === undefined || user === watch.identity.user)
