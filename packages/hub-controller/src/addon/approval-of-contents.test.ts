import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { der, pemOf, requestDer, requestPem, type RequestFields } from './test/certificate-request.ts'
import { decisionOf as of, fields, ours, request, user } from './test/klusterlet-request.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const larger = generateKeyPairSync('ec', { namedCurve: 'P-384' })

describe('the contents of a certificate signing request', () => {
  test.each<[string, RequestFields]>([
    ['printable strings', { stringTag: 0x13 }],
    ['an organisation named twice', { organisations: [...ours('c1'), ...ours('c1')] }],
    [
      'several DNS names',
      {
        names: [
          [2, 'a.b'],
          [2, 'c.d'],
        ],
      },
    ],
    // Signers take the usages from the request's spec and nothing but names from here.
    ['other extensions', { extensions: { '2.5.29.19': der(0x30, der(0x01, Uint8Array.of(0xff))) } }],
    [
      'an RSA key',
      { key: rsa, signatureAlgorithm: '1.2.840.113549.1.1.11', algorithmParameters: Uint8Array.of(5, 0) },
    ],
    ['a larger elliptic key', { key: larger, signatureAlgorithm: '1.2.840.10045.4.3.3', digest: 'sha384' }],
  ])('with %s is approved', (_what, contents) => {
    expect(of(request('c1', contents))).toEqual({ is: 'approve' })
  })

  test.each<[string, RequestFields]>([
    ['the common name twice', { commonNames: [user('c1'), user('c1')] }],
    ['a common name of another string type', { stringTag: 0x1e }],
    ['a common name with a NUL', { commonNames: [`${user('c1')}\0`] }],
    ['a common name in capitals', { commonNames: [user('c1').toUpperCase()] }],
    ['an e-mail address in the subject', { otherAttributes: { '1.2.840.113549.1.9.1': 'me@example.com' } }],
    ['an organisational unit', { otherAttributes: { '2.5.4.11': 'unit' } }],
    ['a serial number in the subject', { otherAttributes: { '2.5.4.5': '1' } }],
    [
      'an address beside the DNS name',
      {
        names: [
          [2, 'a.b'],
          [7, 'abcd'],
        ],
      },
    ],
    ['a signature by SHA-1', { signatureAlgorithm: '1.2.840.10045.4.1', digest: 'sha1' }],
    ['an RSA key and a signature that says it is elliptic', { key: rsa }],
  ])('with %s is left alone', (_what, contents) => {
    expect(of(request('c1', contents)).is).toBe('refuse')
  })

  test('with any octet changed, taken out or put in is never approved, and never makes the check throw', () => {
    const good = requestDer(fields('c1'))
    const change = fc.record({
      at: fc.nat(good.length - 1),
      take: fc.nat(3),
      put: fc.uint8Array({ maxLength: 3 }),
    })
    fc.assert(
      fc.property(change, ({ at, take, put }) => {
        const bytes = Buffer.concat([good.subarray(0, at), put, good.subarray(at + take)])
        const changed = request('c1', {}, { request: Buffer.from(pemOf(bytes)).toString('base64') })
        expect(of(changed).is).toBe(bytes.equals(good) ? 'approve' : 'refuse')
      }),
      { numRuns: 500 },
    )
  })

  test('of any text is never approved, and never makes the check throw', () => {
    const pem = requestPem(fields('c1'))
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(pem, pem.slice(40), pem.slice(0, -40), '\n', '\0', '-----'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const text = pieces.join('')
        const right = text.trim() === pem.trim()
        const csr = request('c1', {}, { request: Buffer.from(text).toString('base64') })
        expect(of(csr).is).toBe(right ? 'approve' : 'refuse')
      }),
      { numRuns: 150 },
    )
  })

  test('with any other subject is never approved', () => {
    const name = fc.constantFrom(user('c1'), user('c2'), 'system:admin', '')
    const organisation = fc.constantFrom(
      ...ours('c1'),
      ...ours('c2'),
      'system:authenticated',
      'system:masters',
      '',
    )
    fc.assert(
      fc.property(
        fc.array(name, { maxLength: 2 }),
        fc.array(organisation, { maxLength: 5 }),
        (commonNames, organisations) => {
          const set = new Set(organisations)
          const right =
            commonNames.length === 1 &&
            commonNames[0] === user('c1') &&
            ours('c1').every((group) => set.has(group)) &&
            [...set].every((group) => [...ours('c1'), 'system:authenticated'].includes(group))
          expect(of(request('c1', { commonNames, organisations })).is).toBe(right ? 'approve' : 'refuse')
        },
      ),
      { numRuns: 300 },
    )
  })
})
