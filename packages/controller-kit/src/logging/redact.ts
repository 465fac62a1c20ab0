/**
 * Fields that hold secrets wherever they stand, without case, hyphens and underscores; `data` of ConfigMaps goes too, for
 * it may hold anything.
 */
const secretFields = new Set([
  'data',
  'stringdata',
  'secretdata',
  'token',
  'tokendata',
  'refreshtoken',
  'idtoken',
  'accesstoken',
  'password',
  'passphrase',
  'authorization',
  'cookie',
  'clientsecret',
  'clientkey',
  'clientkeydata',
  'privatekey',
  'kubeconfig',
  'accesskey',
  'secretkey',
  'awsaccesskeyid',
  'awssecretaccesskey',
  // An annotation with the whole object in it.
  'kubectl.kubernetes.io/lastappliedconfiguration',
])

const holdsSecret = (name: string): boolean => secretFields.has(name.toLowerCase().replace(/[-_]/g, ''))

const hidden = '[redacted]'
/** Deeper than any log line means to be; also the end of cycles. */
const deepest = 8
/** A line is read by people. */
const longestText = 4096

const pemBlock = /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g
const bearer = /\b[Bb]earer\s+[\w.~+/=-]+/g
/** A name and a password; an ordinary word after it has neither capitals inside nor digits. */
const basic = /\b[Bb]asic\s+(?=[a-z]*[A-Z\d])[\w+/]{8,}={0,2}/g
/** A JSON object in base64url, a dot, and more: service account tokens look like this wherever they stand. */
const webToken = /\beyJ[\w-]{8,}\.[\w.-]+/g
const userInUrl = /:\/\/[^\s/@]+@/g

const redactText = (text: string): string => {
  const short = text.length > longestText ? `${text.slice(0, longestText)}…` : text
  return short
    .replace(pemBlock, hidden)
    .replace(bearer, `Bearer ${hidden}`)
    .replace(basic, `Basic ${hidden}`)
    .replace(webToken, hidden)
    .replace(userInUrl, `://${hidden}@`)
}

const redactError = (error: Error, depth: number): object => {
  const { code, status, reason, request } = error as Error &
    Record<'code' | 'status' | 'reason' | 'request', unknown>
  return {
    type: error.name,
    message: redactText(error.message),
    stack: redactText(error.stack ?? ''),
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
    ...(request === undefined ? {} : { request: redact(request, depth + 1) }),
    ...(error instanceof AggregateError ? { errors: redact(error.errors, depth + 1) } : {}),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  }
}

/** A copy fit for a log: secret fields, PEM blocks, tokens and passwords are replaced, errors become plain. */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value
  if (depth > deepest) return '[…]'
  if (value instanceof Error) return redactError(value, depth)
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  if (ArrayBuffer.isView(value)) return hidden
  if ('toJSON' in value && typeof value.toJSON === 'function') return redact(value.toJSON(), depth + 1)
  if (value instanceof Set) return redact([...value], depth)
  if (value instanceof Map)
    return redact(Object.fromEntries([...value].map(([key, field]) => [String(key), field])), depth)
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      holdsSecret(name) && field !== undefined && field !== null ? hidden : redact(field, depth + 1),
    ]),
  )
}
