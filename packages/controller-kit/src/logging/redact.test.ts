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
    ['an identity', { identity: { token, key: pem } }],
    ['a secret value', { value: new SecretValue('c2VjcmV0') }],
    ['bytes', { buffer: Buffer.from('c2VjcmV0') }],
    ['a chain of errors', { err: new Error('a', { cause: new Error(`b ${pem}`) }) }],
  ])('hides %s', (_name, fields) => {
    expect(JSON.stringify(redact(fields))).not.toContain('c2VjcmV0')
  })

  it('keeps what helps', () => {
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
