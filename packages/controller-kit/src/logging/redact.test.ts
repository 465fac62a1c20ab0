import { describe, expect, it } from 'vitest'
import { KubeError } from '../client/kube-error.ts'
import { createLogger } from './create-logger.ts'
import { redact } from './redact.ts'
import { SecretValue } from './secret-value.ts'

const token = 'eyJhbGciOiJSUzI1NiJ9.c2VjcmV0'
const pem = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----'

describe('redact', () => {
  it.each([
    [
      'a Secret',
      { kind: 'Secret', metadata: { name: 'a' }, data: { k: 'c2VjcmV0' }, stringData: { k: 'c2VjcmV0' } },
    ],
    ['a Secret deep inside', { a: [{ b: { object: { data: { k: 'c2VjcmV0' } } } }] }],
    ['a key in a text', { message: `could not use ${pem}` }],
    ['a token in a text', { message: `sent Authorization: Bearer ${token}` }],
    ['a name with a password in a text', { message: 'sent Authorization: Basic YW5uOmMyVmpjbVYw, got 401' }],
    ['a header of a list', { headers: ['authorization', 'Basic YW5uOmMyVmpjbVYw'] }],
    ['an identity', { identity: { token, key: pem } }],
    ['a secret value', { value: new SecretValue('c2VjcmV0') }],
    ['bytes', { buffer: Buffer.from('c2VjcmV0') }],
    ['a token that stands alone in a text', { message: `got ${token}.c2ln` }],
    ['credentials in a URL', { message: 'through http://me:c2VjcmV0@proxy:3128 failed' }],
    [
      'what kubectl applied',
      {
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': '{"kind":"Secret","data":{"k":"c2VjcmV0"}}',
        },
      },
    ],
    ['a map', { map: new Map([['token', 'c2VjcmV0']]) }],
    ['errors of several tries', { err: new AggregateError([new Error(`b ${pem}`)], 'all failed') }],
    ['a chain of errors', { err: new Error('a', { cause: new Error(`b ${pem}`) }) }],
  ])('hides %s', (_name, fields) => {
    expect(JSON.stringify(redact(fields))).not.toMatch(/c2VjcmV0|YW5uOmMyVmpjbVYw/)
  })

  it.each([
    'refreshToken',
    'refresh_token',
    'id-token',
    'clientSecret',
    'client-secret',
    'clientKeyData',
    'client-key-data',
    'AWS_SECRET_ACCESS_KEY',
  ])('hides a field %s', (name) => {
    expect(redact({ status: { [name]: 'c2VjcmV0' } })).toEqual({ status: { [name]: '[redacted]' } })
  })

  it('keeps what helps', () => {
    const words = 'basic authentication, Basic information: tokens, secretName'
    expect(redact({ message: words, secretName: 'a' })).toEqual({ message: words, secretName: 'a' })
    const error = new KubeError(
      { verb: 'get', resource: 'secrets', name: 'a', cluster: 'hub' },
      403,
      'Forbidden',
      'no',
    )
    expect(redact({ key: { name: 'a' }, err: error })).toMatchObject({
      key: { name: 'a' },
      err: {
        type: 'KubeError',
        status: 403,
        reason: 'Forbidden',
        message: expect.stringContaining('get secrets a'),
      },
    })
  })

  it('survives cycles', () => {
    const fields: Record<string, unknown> = {}
    fields['self'] = fields
    expect(JSON.stringify(redact(fields))).toContain('…')
  })
})

describe('createLogger', () => {
  it('never throws, whatever is to be logged', () => {
    const lines: string[] = []
    const logger = createLogger({
      component: 'x',
      level: 'info',
      destination: { write: (line) => void lines.push(line) },
    })
    const hostile = {
      get field(): string {
        throw new TypeError('not now')
      },
    }
    logger.info({ hostile, big: 10n }, 'said all the same')
    logger.info({ big: 10n, symbol: Symbol('s') }, 'said too')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { msg: 'said all the same', unreadable: 'TypeError' },
      { msg: 'said too' },
    ])
  })

  it('writes one clean JSON line', () => {
    const lines: string[] = []
    const logger = createLogger({
      component: 'x',
      level: 'info',
      destination: { write: (line) => void lines.push(line) },
    })
    logger.child({ secret: { data: { k: 'c2VjcmV0' } } }).error({ err: new Error(pem) }, `failed ${pem}`)
    logger.debug({}, 'not at this level')
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toContain('c2VjcmV0')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      component: 'x',
      msg: 'failed [redacted]',
      err: { type: 'Error' },
    })
  })
})
