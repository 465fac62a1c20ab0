import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCertificateRequest } from './certificate-request.ts'
import { DerError, DerReader, oidText } from './der-reader.ts'
import { der, otherKey, pemOf, requestDer, requestPem, testKey } from './test/certificate-request.ts'

const read = (pem: string) => {
  const result = readCertificateRequest(pem)
  if (result.is === 'malformed') throw new Error(result.message)
  return result.request
}

describe('a certificate request', () => {
  test('says what it asks for', () => {
    const request = read(
      requestPem({
        commonNames: ['me'],
        organisations: ['a', 'ü'],
        otherAttributes: { '2.5.4.11': 'unit' },
        names: [[2, 'x.y']],
      }),
    )
    expect(request).toEqual({
      commonNames: ['me'],
      organisations: ['a', 'ü'],
      otherSubjectAttributes: ['2.5.4.11'],
      dnsNames: ['x.y'],
      otherNames: [],
      signatureValid: true,
    })
  })

  test.each([
    [1, 'email'],
    [4, 'directory'],
    [6, 'uri'],
    [7, 'ip'],
    [8, 'other'],
    [0, 'other'],
  ])('names of tag %i are told apart from DNS names', (tag, kind) => {
    expect(
      read(
        requestPem({
          names: [
            [2, 'dns'],
            [tag, 'v'],
          ],
        }),
      ).otherNames,
    ).toEqual([kind])
  })

  test('signed with another key is not signed', () => {
    expect(read(requestPem({ signWith: otherKey.privateKey })).signatureValid).toBe(false)
  })

  test('signed with a key that no signer takes is not signed', () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
    expect(read(requestPem({ key })).signatureValid).toBe(false)
  })

  test('signed by SHA-1 or an unknown algorithm is not signed', () => {
    expect(read(requestPem({ signatureAlgorithm: '1.2.840.10045.4.1', digest: 'sha1' })).signatureValid).toBe(
      false,
    )
    expect(read(requestPem({ signatureAlgorithm: '1.2.3' })).signatureValid).toBe(false)
  })

  test.each([
    ['rsa', '1.2.840.113549.1.1.11', 'sha256'],
    ['ed25519', '1.3.101.112', null],
  ] as const)('may be signed with %s', (type, signatureAlgorithm, digest) => {
    const key =
      type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
    expect(read(requestPem({ key, signatureAlgorithm, digest })).signatureValid).toBe(true)
  })

  test('may have NULL behind its algorithm, as RSA has, and nothing else: that is not signed', () => {
    const tail = (...octets: readonly number[]) => ({ algorithmParameters: Uint8Array.from(octets) })
    expect(read(requestPem(tail(5, 0))).signatureValid).toBe(true)
    for (const octets of [
      [5, 1, 0],
      [5, 0, 5, 0],
      [4, 0],
      [0x30, 0],
    ])
      expect(readCertificateRequest(requestPem(tail(...octets))).is).toBe('malformed')
  })

  test.each([0x14, 0x16, 0x1a, 0x1c, 0x1e])('with names of string type %i is malformed', (stringTag) => {
    expect(readCertificateRequest(requestPem({ commonNames: ['me'], stringTag })).is).toBe('malformed')
  })

  test.each([
    ['a block of another type first', pemOf(requestDer(), 'CERTIFICATE') + requestPem()],
    ['a block of another type behind', requestPem() + pemOf(requestDer(), 'CERTIFICATE')],
    ['the old name of the type', pemOf(requestDer(), 'NEW CERTIFICATE REQUEST')],
    ['octets behind the signature', pemOf(Buffer.concat([requestDer(), requestDer()]))],
    ['nothing between the lines', pemOf(new Uint8Array())],
  ])('with %s is malformed', (_what, pem) => {
    expect(readCertificateRequest(pem).is).toBe('malformed')
  })

  test('of a megabyte is refused at once, whatever is in it', () => {
    for (const filling of ['A', '\n', '-', ' ', '-----BEGIN CERTIFICATE REQUEST-----\n']) {
      const pem = filling.repeat(1_000_000 / filling.length)
      expect(readCertificateRequest(pem)).toMatchObject({
        is: 'malformed',
        message: expect.stringContaining('longer'),
      })
      expect(readCertificateRequest(pem.slice(0, 64 * 1024)).is).toBe('malformed')
    }
  })

  test.each([
    ['nothing', ''],
    ['no PEM', 'hello'],
    ['another type', pemOf(requestDer(), 'CERTIFICATE')],
    ['two blocks', requestPem() + requestPem({ commonNames: ['other'] })],
    ['text before', `x\n${requestPem()}`],
    ['text behind', `${requestPem()}x`],
    ['headers', requestPem().replace('-----\n', '-----\nProc-Type: 4\n\n')],
    ['broken base64', requestPem().replace('\n-----END', '=\n-----END')],
    ['octets behind the request', pemOf(Buffer.concat([requestDer(), Buffer.from([5, 0])]))],
    ['a string type with an encoding of its own', requestPem({ commonNames: ['me'], stringTag: 0x14 })],
    ['a name that is no UTF-8', pemOf(Buffer.from(requestDer({ commonNames: ['mmmm'] })).fill(0xff, 20, 26))],
    ['far too long', 'A'.repeat(70_000)],
  ])('that is %s is malformed', (_what, pem) => {
    expect(readCertificateRequest(pem).is).toBe('malformed')
  })

  test('never makes the reader throw, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readCertificateRequest(pemOf(bytes)).is).toMatch(/read|malformed/)
      }),
      { numRuns: 500 },
    )
  })

  test('with octets changed, taken out or put in never throws, and is never still signed with other contents', () => {
    const good = requestDer({ commonNames: ['me'], organisations: ['a', 'b'], names: [[2, 'x.y']] })
    const original = read(pemOf(good))
    const change = fc.record({
      at: fc.nat(good.length - 1),
      take: fc.nat(4),
      put: fc.uint8Array({ maxLength: 4 }),
    })
    fc.assert(
      fc.property(change, ({ at, take, put }) => {
        const bytes = Buffer.concat([good.subarray(0, at), put, good.subarray(at + take)])
        const result = readCertificateRequest(pemOf(bytes))
        const stillSigned = result.is === 'read' && result.request.signatureValid
        expect(stillSigned ? result.request : original).toEqual(original)
      }),
      { numRuns: 2000 },
    )
  })

  test('that is cut off anywhere is malformed', () => {
    const good = requestDer({ commonNames: ['me'], key: testKey })
    for (let end = 0; end < good.length; end += 1) {
      expect(readCertificateRequest(pemOf(good.subarray(0, end))).is).toBe('malformed')
    }
  })
})

describe('DER', () => {
  test.each([
    ['indefinite length', [0x30, 0x80, 0, 0]],
    ['a length not in its shortest form', [0x04, 0x81, 0x01, 0]],
    ['a length with a leading zero', [0x04, 0x82, 0x00, 0x81]],
    ['a length of four octets', [0x04, 0x84, 0, 0, 0, 1, 0]],
    ['a tag of several octets', [0x1f, 0x81, 0x01, 0]],
    ['more announced than there is', [0x04, 0x02, 0]],
  ])('refuses %s', (_what, octets) => {
    expect(() => new DerReader(Uint8Array.from(octets)).next()).toThrow(DerError)
  })

  test('reads back what is written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (content) => {
        const reader = new DerReader(der(0x04, content))
        expect(Buffer.from(reader.expect(0x04).content)).toEqual(Buffer.from(content))
        reader.end()
      }),
    )
  })

  test('object identifiers', () => {
    expect(oidText(Uint8Array.from([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]))).toBe('1.2.840.113549')
    expect(oidText(Uint8Array.from([0x88, 0x37]))).toBe('2.999')
    expect(() => oidText(Uint8Array.from([]))).toThrow(DerError)
    expect(() => oidText(Uint8Array.from([0x2a, 0x86]))).toThrow(DerError)
    expect(() => oidText(Uint8Array.from([0x2a, 0x80, 0x01]))).toThrow(DerError)
  })
})
