import { execFileSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CertificateAuthority, validityBy } from './certificate-authority.ts'
import { readCertificateRequest } from './certificate-request.ts'
import { bitString, explicit, objectIdentifier, sequence, unsignedInteger } from './der-writer.ts'
import { readDer } from './der-reader.ts'
import { subjectOf, writeName } from './distinguished-name.ts'

const start = Date.UTC(2026, 0, 1)
const end = Date.UTC(2051, 0, 1)

describe('CertificateAuthority', () => {
  const authority = new CertificateAuthority('ca', start, end)
  const { certificate, key } = authority.issueWithKey({
    subject: { commonName: 'bob', organizations: ['a', 'ü, b'] },
    uses: ['client', 'server'],
    hosts: ['localhost', '127.0.0.1', '::1'],
    notBefore: start,
    notAfter: end,
  })
  const parsed = new X509Certificate(certificate)

  it('issues certificates that others can read and check', () => {
    expect(parsed.verify(authority.publicKey)).toBe(true)
    expect(parsed.checkIssued(new X509Certificate(authority.certificate))).toBe(true)
    expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(parsed.checkHost('localhost')).toBe('localhost')
    expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(parsed.checkIP('::1')).toBe('::1')
    expect(parsed.ca).toBe(false)
    expect(new X509Certificate(authority.certificate).ca).toBe(true)
  })

  it('keeps times on both sides of 2050', () => {
    expect(validityBy(parsed.raw, authority.publicKey)).toEqual({ notBefore: start, notAfter: end })
  })

  it('reads back the subject', () => {
    expect(subjectOf(parsed.raw)).toEqual({ commonName: 'bob', organizations: ['a', 'ü, b'] })
  })

  it('does not know the certificates of others', () => {
    expect(validityBy(parsed.raw, new CertificateAuthority('ca', start, end).publicKey)).toBeUndefined()
    expect(validityBy(Buffer.from('nonsense'), authority.publicKey)).toBeUndefined()
  })
})

const requestBy = (type: 'ec' | 'ed25519', isForged = false): string => {
  const pair =
    type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' }) : generateKeyPairSync('ed25519')
  const info = sequence(
    unsignedInteger(Buffer.from([0])),
    writeName({ commonName: 'alice', organizations: ['x', 'y'] }),
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(0),
  )
  const signed = isForged ? Buffer.concat([info, Buffer.from([0])]) : info
  const signature = sign(type === 'ec' ? 'sha256' : null, signed, pair.privateKey)
  const oid = type === 'ec' ? '1.2.840.10045.4.3.2' : '1.3.101.112'
  const der = sequence(info, sequence(objectIdentifier(oid)), bitString(signature))
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
}

describe('readCertificateRequest', () => {
  it.each(['ec', 'ed25519'] as const)('reads a request by an %s key', (type) => {
    expect(readCertificateRequest(requestBy(type)).subject).toEqual({
      commonName: 'alice',
      organizations: ['x', 'y'],
    })
  })

  it.each([
    ['a request signed by nobody', () => requestBy('ec', true)],
    ['no PEM', () => 'hello'],
    ['cut DER', () => '-----BEGIN CERTIFICATE REQUEST-----\nMIIBAA==\n-----END CERTIFICATE REQUEST-----'],
  ])('refuses %s', (_name, text) => {
    expect(() => readCertificateRequest(text())).toThrow()
  })

  const hasOpenssl = (() => {
    try {
      execFileSync('openssl', ['version'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })()
  it.skipIf(!hasOpenssl)('reads what openssl writes, RSA (skipped where openssl is not installed)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'csr-'))
    try {
      const out = join(folder, 'csr.pem')
      execFileSync(
        'openssl',
        [
          'req',
          '-new',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-keyout',
          join(folder, 'key.pem'),
          '-subj',
          '/O=g/CN=carol',
          '-out',
          out,
        ],
        { stdio: 'ignore' },
      )
      expect(readCertificateRequest(readFileSync(out, 'utf8')).subject).toEqual({
        commonName: 'carol',
        organizations: ['g'],
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

it('refuses DER that is cut anywhere', () => {
  const whole = sequence(unsignedInteger(Buffer.from([1, 2, 3])), objectIdentifier('1.2.840.10045.4.3.2'))
  expect(readDer(whole).whole).toEqual(whole)
  for (let length = 0; length < whole.length; length++)
    expect(() => readDer(whole.subarray(0, length))).toThrow('data truncated')
})
