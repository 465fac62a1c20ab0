import { startCluster, type InMemoryCluster } from '@odfmo/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identityOf } from '../../test/clients.ts'
import { parseExecAnswer } from './exec-answer.ts'
import { ExecError } from './exec-error.ts'

const plugin = { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws' } as const
const answer = (status: object): string =>
  JSON.stringify({ kind: 'ExecCredential', apiVersion: plugin.apiVersion, status })

describe('parseExecAnswer', () => {
  let cluster: InMemoryCluster
  beforeAll(async () => {
    cluster = await startCluster({ name: 'hub' })
  })
  afterAll(() => cluster.stop())

  it('reads a token with its end', () => {
    expect(
      parseExecAnswer(answer({ token: 't', expirationTimestamp: '2030-01-01T00:00:00Z' }), plugin),
    ).toEqual({ token: 't', expiresAt: Date.UTC(2030, 0, 1) })
    expect(parseExecAnswer(answer({ token: 't' }), plugin)).toEqual({ token: 't' })
  })

  it('reads a client certificate, which ends when it says so itself', () => {
    const { cert, key } = identityOf(cluster, { user: 'ann' })
    const read = parseExecAnswer(answer({ clientCertificateData: cert, clientKeyData: key }), plugin)
    expect(read).toMatchObject({ cert, key, expiresAt: expect.any(Number) })
    const status = {
      ...{ clientCertificateData: cert, clientKeyData: key },
      expirationTimestamp: '2020-01-01T00:00:00Z',
    }
    expect(parseExecAnswer(answer(status), plugin).expiresAt).toBe(Date.UTC(2020, 0, 1))
  })

  it.each([
    ['', 'answered no JSON object'],
    ['s3cr3t', 'answered no JSON object'],
    ['"s3cr3t"', 'answered no JSON object'],
    [JSON.stringify({ token: 's3cr3t' }), 'answered something else than an ExecCredential of'],
    [
      answer({ token: 's3cr3t' }).replace('/v1', '/v1beta1'),
      'answered something else than an ExecCredential',
    ],
    [answer({}), 'answered neither a token nor a client certificate'],
    [answer({ token: { s3cr3t: 1 } }), 'answered a token that is no string'],
    [answer({ clientKeyData: 's3cr3t' }), 'answered a certificate without key or a key without'],
    [answer({ clientKeyData: 's3cr3t', clientCertificateData: 's3cr3t' }), 'that cannot be used'],
    [answer({ token: 's3cr3t', expirationTimestamp: 's3cr3t' }), 'expirationTimestamp that is no date'],
  ])('says what is wrong with %s, and quotes none of it', (text, message) => {
    let error: unknown
    try {
      parseExecAnswer(text, plugin)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(ExecError)
    expect((error as ExecError).message).toMatch(/^the credential plugin aws /)
    expect((error as ExecError).message).toContain(message)
    expect(
      String((error as ExecError).stack) + JSON.stringify((error as ExecError).cause ?? ''),
    ).not.toContain('s3cr3t')
  })
})
