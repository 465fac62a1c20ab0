/** Fields that hold secrets wherever they stand; `data` of ConfigMaps goes too, for it may hold anything. */
const secretFields = new Set([
  'data',
  'stringdata',
  'secret-data',
  'token',
  'tokendata',
  'password',
  'authorization',
  'cookie',
  'clientkey',
  'client-key-data',
  'privatekey',
  'kubeconfig',
  'accesskey',
  'secretkey',
  'aws_access_key_id',
  'aws_secret_access_key',
])

const hidden = '[redacted]'
/** Deeper than any log line means to be; also the end of cycles. */
const deepest = 8
/** A line is read by people. */
const longestText = 4096

const pemBlock = /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g
const bearer = /\b[Bb]earer\s+[\w.~+/=-]+/g

const redactText = (text: string): string => {
  const short = text.length > longestText ? `${text.slice(0, longestText)}…` : text
  return short.replace(pemBlock, hidden).replace(bearer, `Bearer ${hidden}`)
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
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  }
}

/** A copy fit for a log: secret fields, PEM blocks and bearer tokens are replaced, errors become plain. */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value
  if (depth > deepest) return '[…]'
  if (value instanceof Error) return redactError(value, depth)
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  if (ArrayBuffer.isView(value)) return hidden
  if ('toJSON' in value && typeof value.toJSON === 'function') return redact(value.toJSON(), depth + 1)
  if (value instanceof Map || value instanceof Set) return redact([...value], depth)
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      secretFields.has(name.toLowerCase()) && field !== undefined && field !== null
        ? hidden
        : redact(field, depth + 1),
    ]),
  )
}
