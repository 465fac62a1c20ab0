import { badRequest, invalidObject } from '../api-error.ts'
import type { Identity } from '../auth/identity.ts'
import { notSupported } from '../field-error.ts'
import { isJsonObject } from '../kube-object.ts'
import type { WriteOptions } from '../verbs/api.ts'
import type { DeleteOptions, PropagationPolicy } from '../verbs/delete-object.ts'
import type { Exchange } from './exchange.ts'

/** Reads dryRun and fieldValidation; throws the 422 of values that do not exist. */
export const readWriteOptions = (exchange: Exchange, identity: Identity, kind: string): WriteOptions => {
  const { query } = exchange
  const subject = { group: 'meta.k8s.io', kind }
  const dryRun = query.getAll('dryRun')
  const wrong = dryRun.find((value) => value !== 'All')
  if (wrong !== undefined) throw invalidObject(subject, '', [notSupported('dryRun', wrong, ['All'])])
  const validation = query.get('fieldValidation') ?? ''
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(validation)) {
    throw invalidObject(subject, '', [
      notSupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn']),
    ])
  }
  return {
    identity,
    dryRun: dryRun.length > 0,
    fieldValidation: validation === '' ? 'Warn' : (validation as WriteOptions['fieldValidation']),
    warn: (message) => exchange.warnings.push(message),
  }
}

const policies: readonly string[] = ['Orphan', 'Background', 'Foreground'] satisfies PropagationPolicy[]

/** Reads the options of a delete from its body and query. */
export const readDeleteOptions = (
  query: URLSearchParams,
  body: unknown,
): DeleteOptions & { dryRun: boolean } => {
  if (body !== undefined && !isJsonObject(body))
    throw badRequest("couldn't get version/kind; json parse error: the body must be DeleteOptions")
  const options = body ?? {}
  const subject = { group: 'meta.k8s.io', kind: 'DeleteOptions' }
  const orphan =
    options['orphanDependents'] ??
    (query.get('orphanDependents') === null ? undefined : query.get('orphanDependents') === 'true')
  const policy = options['propagationPolicy'] ?? query.get('propagationPolicy') ?? undefined
  if (policy !== undefined && !(typeof policy === 'string' && policies.includes(policy))) {
    throw invalidObject(subject, '', [notSupported('propagationPolicy', policy, [...policies, 'nil'])])
  }
  const dryRun = [...query.getAll('dryRun'), ...(Array.isArray(options['dryRun']) ? options['dryRun'] : [])]
  const wrong = dryRun.find((value) => value !== 'All')
  if (wrong !== undefined) throw invalidObject(subject, '', [notSupported('dryRun', wrong, ['All'])])
  const preconditions = isJsonObject(options['preconditions']) ? options['preconditions'] : {}
  const { uid, resourceVersion } = preconditions
  return {
    dryRun: dryRun.length > 0,
    preconditions: {
      ...(typeof uid === 'string' ? { uid } : {}),
      ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    },
    ...(policy !== undefined
      ? { propagationPolicy: policy as PropagationPolicy }
      : orphan === true
        ? { propagationPolicy: 'Orphan' as const }
        : {}),
  }
}
