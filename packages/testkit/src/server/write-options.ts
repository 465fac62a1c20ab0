import { invalidObject } from '../api-error.ts'
import type { Identity } from '../auth/identity.ts'
import { forbiddenField, invalid, notSupported, required, tooLong } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import type { SentOptions, WriteOptions } from '../verbs/api.ts'
import type { Exchange } from './exchange.ts'
import { checkMediaType } from './read-body.ts'
import { applyPatchType } from '../patch/read-apply.ts'
import { mediaTypeOf } from './read-body.ts'

/** Bytes of the name that a writer gives itself. */
const longestManager = 128

const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u

/** What a name may not have in it, where it is: only what can be printed, by Go's idea of that. */
const unprintableIn = (manager: string): FieldError | undefined => {
  const found = unprintable.exec(manager)
  if (found === null) return undefined
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const at = Buffer.byteLength(manager.slice(0, found.index))
  return invalid('fieldManager', manager, `invalid character U+${code} (at position ${at})`)
}

/** Reads dryRun and fieldValidation; throws the 422 of values that do not exist. */
export const readWriteOptions = (
  exchange: Exchange,
  identity: Identity,
  kind: SentOptions['kind'],
): WriteOptions => {
  // the order of the real server, which looks at the body's type later in an update
  if (kind === 'CreateOptions') checkMediaType(exchange)
  const { query } = exchange
  const subject = { group: 'meta.k8s.io', kind }
  const dryRun = query.getAll('dryRun')
  if (dryRun.some((value) => value !== 'All'))
    throw invalidObject(subject, '', [notSupported('dryRun', dryRun, ['All'])])
  const validation = query.get('fieldValidation') ?? ''
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(validation)) {
    throw invalidObject(subject, '', [
      notSupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn']),
    ])
  }
  const isApply = kind === 'PatchOptions' && mediaTypeOf(exchange) === applyPatchType
  const force = query.get('force')
  if (kind === 'PatchOptions' && force !== null && !isApply)
    throw invalidObject(subject, '', [forbiddenField('force', 'may not be specified for non-apply patch')])
  const manager = query.get('fieldManager') ?? ''
  if (isApply && manager === '')
    throw invalidObject(subject, '', [required('fieldManager', 'is required for apply patch')])
  if (Buffer.byteLength(manager) > longestManager)
    throw invalidObject(subject, '', [tooLong('fieldManager', longestManager)])
  const odd = unprintableIn(manager)
  if (odd !== undefined) throw invalidObject(subject, '', [odd])
  return {
    identity,
    dryRun: dryRun.length > 0,
    fieldValidation: validation === '' ? 'Warn' : (validation as WriteOptions['fieldValidation']),
    sent: {
      kind,
      fieldManager: manager,
      fieldValidation: validation,
      userAgent: exchange.header('user-agent') ?? '',
      ...(force === null ? {} : { more: { force: force !== 'false' && force !== '0' } }),
    },
    warn: (message) => exchange.warnings.push(message),
  }
}
