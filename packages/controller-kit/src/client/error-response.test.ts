import { describe, expect, it } from 'vitest'
import { errorOfResponse, errorOfTransport, retryAfterMs } from './error-response.ts'
import { isConflict, isExpired, isNotFound } from './kube-error.ts'
import { retryDelayMs } from './retry.ts'

const request = { verb: 'patch', resource: 'mirrorpeers/status', name: 'a', cluster: 'hub' }
const secret = { verb: 'create', resource: 'secrets', name: 'a', namespace: 'ns', cluster: 'hub' }

const status = (code: number, reason: string, message: string, details = {}): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details })

describe('errorOfResponse', () => {
  it('tells verb, resource, name, cluster and the message of the Status', () => {
    const error = errorOfResponse(request, 409, status(409, 'Conflict', 'the object has been modified'))
    expect(error.message).toBe('patch mirrorpeers/status a in cluster hub: the object has been modified')
    expect(error).toMatchObject({ status: 409, reason: 'Conflict', code: 'ODFMO_KUBE_409' })
    expect(isConflict(error)).toBe(true)
  })

  it.each([
    [404, '404 page not found\n', isNotFound],
    [410, '', isExpired],
  ])('understands a %i with no Status', (code, body, is) => {
    expect(is(errorOfResponse(request, code, body))).toBe(true)
  })

  it('takes the time to wait from the header, else from the Status', () => {
    const body = status(429, 'TooManyRequests', 'slow down', { retryAfterSeconds: 3 })
    expect(errorOfResponse(request, 429, body).retryAfterMs).toBe(3000)
    expect(errorOfResponse(request, 429, body, 1000).retryAfterMs).toBe(1000)
  })

  it('withholds what may quote a Secret', () => {
    const message = 'cannot decode: ...|"data":{"token":"c2VjcmV0"|...'
    const error = errorOfResponse(secret, 400, status(400, 'BadRequest', message, { causes: [{ message }] }))
    expect(JSON.stringify([error.message, error.details])).not.toContain('c2VjcmV0')
    expect(errorOfResponse(secret, 400, message).message).not.toContain('c2VjcmV0')
  })

  it('withholds the values that a refused Secret is told with, and keeps the fields', () => {
    const message = 'patch: Invalid value: "{\\"data\\":{\\"token\\":\\"c2VjcmV0\\"}}"'
    const details = {
      name: 'a',
      kind: 'secrets',
      causes: [{ reason: 'FieldValueInvalid', message, field: 'metadata.uid' }],
    }
    const error = errorOfResponse(secret, 422, status(422, 'Invalid', message, details))
    expect(JSON.stringify([error.message, error.details])).not.toContain('c2VjcmV0')
    expect(error.details).toEqual({
      name: 'a',
      kind: 'secrets',
      causes: [{ reason: 'FieldValueInvalid', field: 'metadata.uid' }],
    })
    expect(error.message).toContain('Invalid: metadata.uid')
    expect(errorOfResponse(secret, 422, message).message).not.toContain('c2VjcmV0')
    expect(errorOfResponse(request, 422, status(422, 'Invalid', 'spec.a: Required')).message).toContain(
      'Required',
    )
  })

  it('withholds what may quote a Secret that was sent to a path', () => {
    const raw = { ...secret, resource: '/api/v1/namespaces/ns/secrets/a' }
    const message = 'Invalid value: "c2VjcmV0"'
    expect(errorOfResponse(raw, 422, status(422, 'Invalid', message)).message).not.toContain('c2VjcmV0')
    expect(errorOfResponse(raw, 400, message).message).not.toContain('c2VjcmV0')
  })

  it('withholds what a webhook or a policy says of a Secret, and names it', () => {
    const denied = (message: string): string =>
      errorOfResponse(secret, 403, status(403, 'Forbidden', message)).message
    expect(denied('admission webhook "check.io" denied the request: token is c2VjcmV0')).toMatch(
      /admission webhook "check\.io" denied the request \(why is withheld: it may quote a Secret\)$/,
    )
    const policy = `secrets "a" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: c2VjcmV0`
    expect(denied(policy)).toMatch(/'p' with binding 'b' denied request \(why is withheld/)
    const rbac = 'secrets "a" is forbidden: User "ann" cannot create resource "secrets" in API group ""'
    expect(denied(rbac)).toContain(rbac)
  })

  it('cuts a page of a proxy short', () => {
    expect(errorOfResponse(request, 502, 'x'.repeat(100_000)).message.length).toBeLessThan(1200)
  })
})

describe('retryAfterMs', () => {
  it.each([
    ['7', 7000],
    ['Thu, 01 Jan 1970 00:00:10 GMT', 9000],
    ['soon', undefined],
    ['86400', 300_000],
    ['Thu, 01 Jan 1980 00:00:00 GMT', 300_000],
    ['-5', undefined],
    [undefined, undefined],
  ])('%s', (header, ms) => {
    expect(retryAfterMs(header, 1000)).toBe(ms)
  })
})

describe('retryDelayMs', () => {
  const unreachable = (code: string, syscall?: string) =>
    errorOfTransport(request, Object.assign(new Error(code), { code, syscall }))
  const everyAddress = (...syscalls: string[]) => {
    const errors = syscalls.map((syscall) => Object.assign(new Error('x'), { code: 'ETIMEDOUT', syscall }))
    return errorOfTransport(request, Object.assign(new AggregateError(errors), { code: 'ETIMEDOUT' }))
  }
  const refused = (code: number, retryAfter?: number) => errorOfResponse(request, code, '', retryAfter)

  it.each([
    ['a refused connection, whatever was asked', 'POST', unreachable('ECONNREFUSED'), 200],
    ['a host that no connection reaches', 'POST', unreachable('EHOSTUNREACH', 'connect'), 200],
    [
      'a host that is lost after it was asked: it may have been done',
      'POST',
      unreachable('EHOSTUNREACH', 'read'),
      undefined,
    ],
    ['a host of which no address answers', 'POST', everyAddress('connect', 'connect'), 200],
    ['a name that is not known', 'POST', unreachable('ENOTFOUND', 'getaddrinfo'), 200],
    ['a certificate that is not trusted: it will not be', 'GET', unreachable('CERT_HAS_EXPIRED'), undefined],
    ['a reset of a read', 'GET', unreachable('ECONNRESET'), 200],
    ['a reset of a write: it may have been done', 'PATCH', unreachable('ECONNRESET'), undefined],
    ['429 with Retry-After', 'POST', refused(429, 1000), 1000],
    ['503 with Retry-After', 'DELETE', refused(503, 100), 200],
    ['503 without: nobody says it was not done', 'DELETE', refused(503), undefined],
    ['a Retry-After that is too long to hold a call', 'GET', refused(429, 31_000), undefined],
    ['a conflict', 'PUT', refused(409), undefined],
    ['a server error', 'GET', refused(500), undefined],
  ] as const)('%s', (_name, method, error, delay) => {
    expect(retryDelayMs({ method }, error, 0, 0.5)).toBe(delay)
  })

  it('gives up after three', () => {
    expect(retryDelayMs({ method: 'GET' }, unreachable('ECONNREFUSED'), 2, 0.5)).toBe(800)
    expect(retryDelayMs({ method: 'GET' }, unreachable('ECONNREFUSED'), 3, 0.5)).toBeUndefined()
  })
})
