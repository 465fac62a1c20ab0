import { checkFields, listed, refuseOption } from './check-option.ts'
import { isJsonObject } from './kube-object.ts'
import type { Fault, FaultMatch, FaultRule } from './faults/fault-rule.ts'

const ruleFields = ['match', 'fault', 'times', 'after', 'probability', 'seed']
const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']
const matchFields = ['verb', 'resource', 'namespace', 'name', 'user']
const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const resource = new RegExp(`^${label}(\\.${label})*(/[a-z]+)*$`)

const fail = (where: string, expected: string, got: unknown): never =>
  refuseOption(`fault rule: ${where}`, expected, got)

const verbsOf = ({ verb }: FaultMatch): readonly string[] | undefined =>
  typeof verb === 'string' ? [verb] : verb

/** Throws a TypeError for a match that no request can have. */
const checkMatch = (match: FaultMatch): void => {
  checkFields('fault rule: match', match, matchFields)
  for (const field of ['resource', 'namespace', 'name', 'user'] as const)
    if (match[field] !== undefined && typeof match[field] !== 'string')
      fail(`match.${field}`, 'a text', match[field])
  if (match.verb !== undefined && typeof match.verb !== 'string' && !Array.isArray(match.verb))
    fail('match.verb', 'a text or a list of them', match.verb)
  const wanted = verbsOf(match)
  for (const verb of wanted ?? []) if (!verbs.includes(verb)) fail('match.verb', listed(verbs), verb)
  if (wanted?.length === 0) fail('match.verb', 'at least one verb', '[]')
  // its name is in its body, and is given to subresources alone in the path
  if (
    wanted?.every((verb) => verb === 'create') === true &&
    match.name !== undefined &&
    match.resource?.includes('/') !== true
  )
    fail('match.name', 'none for a create, which has no name in its path', match.name)
  // `v1/secrets`: what stands before the slash is no version
  if (match.resource !== undefined && (!resource.test(match.resource) || /^v\d/.test(match.resource)))
    fail('match.resource', 'a name like secrets, deployments.apps or pods/status', match.resource)
}

/** Throws a TypeError for a match that no open watch can have. */
export const checkWatchMatch = (match: FaultMatch): void => {
  checkMatch(match)
  if (verbsOf(match)?.includes('watch') === false)
    fail('match.verb', 'watch, of an open watch', String(match.verb))
}

const readingVerbs = ['get', 'list', 'watch']

/** Which verbs a kind of fault is for; all when it is not here. */
const verbsOfKind: Partial<Record<Fault['kind'], readonly string[]>> = {
  lag: ['watch'],
  slow: verbs.filter((verb) => verb !== 'watch'),
  stale: readingVerbs,
}

/** Throws a TypeError for a rule that would never do anything, or not what it says: a test with it proves nothing. */
export const checkFaultRule = (rule: FaultRule): void => {
  checkFields('fault rule', rule, ruleFields)
  const { match = {}, fault, times, after, probability } = rule
  checkMatch(match)
  checkFault(fault)
  const possible = verbsOfKind[fault.kind]
  if (possible !== undefined && verbsOf(match)?.some((verb) => possible.includes(verb)) === false)
    fail(`match.verb of ${fault.kind}`, listed(possible), String(match.verb))
  if (probability !== undefined && !(probability >= 0 && probability <= 1))
    fail('probability', 'a number from 0 to 1', probability)
  if (times !== undefined && times !== Number.POSITIVE_INFINITY && !(Number.isInteger(times) && times >= 1))
    fail('times', 'a whole number from 1', times)
  if (after !== undefined && !(Number.isInteger(after) && after >= 0))
    fail('after', 'a whole number from 0', after)
}

const fieldsOfKind: Readonly<Record<Fault['kind'], readonly string[]>> = {
  status: ['code', 'reason', 'message', 'retryAfterSeconds'],
  delay: ['ms', 'when'],
  reset: ['when'],
  cut: [],
  slow: ['bytesPerSecond'],
  throttle: ['perSecond', 'burst'],
  lag: ['ms'],
  stale: ['versions', 'reads'],
}

const isFromZero = (value: unknown): boolean => typeof value === 'number' && value >= 0
const isPositive = (value: unknown): boolean =>
  typeof value === 'number' && value > 0 && Number.isFinite(value)

/** Throws a TypeError for a time that is none. */
export const checkLagMs = (ms: number): void => {
  if (!isFromZero(ms)) fail('lag', 'a number of milliseconds from 0', ms)
}

/** Throws a TypeError for a fault that cannot be made. */
export const checkFault = (fault: Fault): void => {
  if (!isJsonObject(fault)) fail('fault', 'an object', fault)
  const kinds = Object.keys(fieldsOfKind)
  if (!kinds.includes(fault.kind)) fail('fault.kind', listed(kinds), fault.kind)
  checkFields('fault rule: fault', fault, ['kind', ...fieldsOfKind[fault.kind]])
  switch (fault.kind) {
    case 'status':
      if (!(Number.isInteger(fault.code) && fault.code >= 400 && fault.code <= 599))
        fail('fault.code', 'a status of a failure, from 400 to 599', fault.code)
      if (fault.retryAfterSeconds !== undefined && !isFromZero(fault.retryAfterSeconds))
        fail('fault.retryAfterSeconds', 'a number from 0', fault.retryAfterSeconds)
      return
    case 'delay':
      if (!isFromZero(fault.ms)) fail('fault.ms', 'a number from 0', fault.ms)
      if (!['before', 'after', undefined].includes(fault.when))
        fail('fault.when', 'before or after', fault.when)
      return
    case 'lag':
      if (!isFromZero(fault.ms)) fail('fault.ms', 'a number from 0', fault.ms)
      return
    case 'reset':
      if (!['before', 'after'].includes(fault.when)) fail('fault.when', 'before or after', fault.when)
      return
    case 'slow':
      if (!isPositive(fault.bytesPerSecond))
        fail('fault.bytesPerSecond', 'a number above 0', fault.bytesPerSecond)
      return
    case 'throttle':
      if (!isPositive(fault.perSecond)) fail('fault.perSecond', 'a number above 0', fault.perSecond)
      if (fault.burst !== undefined && !(fault.burst >= 1))
        fail('fault.burst', 'a number from 1', fault.burst)
      return
    case 'stale':
      if (fault.versions !== undefined && !(Number.isInteger(fault.versions) && fault.versions >= 1))
        fail('fault.versions', 'a whole number from 1', fault.versions)
      if (!['cached', 'all', undefined].includes(fault.reads))
        fail('fault.reads', 'cached or all', fault.reads)
      return
    case 'cut':
      return
  }
}
