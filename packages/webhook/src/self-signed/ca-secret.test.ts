import { createPrivateKey, X509Certificate } from 'node:crypto'
import { inspect } from 'node:util'
import type { Secret } from '@odfmo/api-types'
import { describe, expect, it } from 'vitest'
import type { KeptAuthority } from './authority.ts'
import { caSecretData, caSecretType, viewOfSecret } from './ca-secret.ts'
import { checkLifetimes, defaultLifetimes as lifetimes } from './lifetimes.ts'
import { newAuthority, newLeaf } from './make-certificates.ts'
import { authorityCertificate } from './x509/certificate.ts'
import { systemMaterial } from './x509/material.ts'

const now = Date.parse('2026-03-01T10:00:00Z')
const [older, newer] = [
  newAuthority(now - 1000, lifetimes, systemMaterial),
  newAuthority(now, lifetimes, systemMaterial),
]

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const textOf = (data: Readonly<Record<string, string>>, key: string): string =>
  Buffer.from(data[key] ?? '', 'base64').toString()
const secretWith = (data: Readonly<Record<string, string>>, type = caSecretType): Secret => ({
  metadata: { name: 'ca', namespace: 'odfmo' },
  type,
  data,
})
const view = (data: Readonly<Record<string, string>>) => viewOfSecret(secretWith(data), lifetimes.backdateMs)
const idsWithKeys = (authorities: readonly KeptAuthority[]) =>
  authorities.map(({ id, key }) => [id, key !== undefined])

const data = caSecretData([newer, older])

describe('the Secret of a CA', () => {
  it('gives back what was put into it', () => {
    expect(view(data)).toEqual({ is: 'ours', authorities: [newer, older] })
    expect(newer.createdAt).toBe(now)
    expect(newer.notAfter).toBe(now + lifetimes.authorityMs)
  })

  it('says which key belongs to which certificate by the keys alone', () => {
    const keys = textOf(data, 'ca.key').split(/(?=-----BEGIN)/)
    const read = view({ ...data, 'ca.key': base64(keys.toReversed().join('')) })
    expect(read).toEqual({ is: 'ours', authorities: [newer, older] })
  })

  it('has a certificate without its key for one that only is trusted', () => {
    const read = view({ ...data, 'ca.key': base64(older.key.reveal()) })
    expect(read.is === 'ours' && idsWithKeys(read.authorities)).toEqual([
      [newer.id, false],
      [older.id, true],
    ])
  })

  it.each([
    ['nothing', {}, undefined, 0],
    ['garbage', { 'ca.crt': base64('x'), 'ca.key': base64('y') }, /no certificate.*no private key/, 0],
    ['garbage beside it', { ...data, 'ca.crt': base64(`${newer.pem}x`) }, /no certificate/, 1],
    ['half a certificate', { ...data, 'ca.crt': base64(newer.pem.slice(0, 200)) }, /no certificate/, 0],
    [
      'a key that is none',
      { ...data, 'ca.key': base64('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n') },
      /no private key/,
      2,
    ],
    ['no base64', { 'ca.crt': '\u0000', 'ca.key': '=' }, undefined, 0],
  ])('with %s in it says so, and uses the rest', (_what, content, damage, usable) => {
    const read = view(content)
    if (read.is !== 'ours') throw new Error('expected it to be ours')
    expect(read.authorities).toHaveLength(usable)
    if (damage === undefined) expect(read.damage).toBeUndefined()
    else expect(read.damage).toMatch(damage)
  })

  it('says of a certificate of a server that it is no CA', () => {
    const leaf = newLeaf(newer, ['localhost'], { now, lifetimes, material: systemMaterial })
    expect(view({ ...data, 'ca.crt': base64(leaf.certificate.cert) })).toMatchObject({
      authorities: [],
      damage: 'in ca.crt is a certificate that is no CA',
    })
  })

  it('does not sign with a CA that somebody else has made', () => {
    const keys = systemMaterial.keyPair()
    const theirs = authorityCertificate(
      { ...keys, commonName: 'theirs', notBefore: now, notAfter: now + 1_000_000 },
      systemMaterial,
    )
    const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const read = view({ 'ca.crt': base64(theirs.toString()), 'ca.key': base64(key) })
    expect(read.is === 'ours' && read.authorities.map((authority) => authority.key)).toEqual([undefined])
  })

  it('is ours by its type only', () => {
    expect(viewOfSecret(undefined, 0)).toEqual({ is: 'missing' })
    expect(viewOfSecret(secretWith(data, 'kubernetes.io/tls'), 0)).toEqual({
      is: 'foreign',
      why: `the Secret odfmo/ca is of type kubernetes.io/tls, not ${caSecretType}, and so not ours: delete it, or give --self-signed-secret another name`,
    })
  })

  it('shows no key to who prints what was read', () => {
    const secrets = /PRIVATE KEY|MIG[A-Za-z0-9+/]{20}/
    expect(textOf(data, 'ca.key')).toMatch(secrets)
    const leaf = newLeaf(newer, ['localhost'], { now, lifetimes, material: systemMaterial })
    for (const printed of [view(data), newer, leaf])
      for (const text of [inspect(printed, { depth: 9 }), JSON.stringify(printed)])
        expect(text.replaceAll(/-----BEGIN CERTIFICATE[^]*?END CERTIFICATE-----/g, '')).not.toMatch(secrets)
  })
})

describe('a certificate of the CA', () => {
  it('is valid a little earlier than it is made, but not earlier than its CA, and never longer', () => {
    const made = newAuthority(now, lifetimes, systemMaterial)
    const leafAt = (at: number) => {
      const { certificate, serving } = newLeaf(made, ['localhost'], {
        now: at,
        lifetimes,
        material: systemMaterial,
      })
      const leaf = new X509Certificate(certificate.cert)
      expect(leaf.checkIssued(new X509Certificate(made.pem))).toBe(true)
      expect(leaf.checkPrivateKey(createPrivateKey(certificate.key.reveal()))).toBe(true)
      expect(serving.notAfter).toBe(leaf.validToDate.getTime())
      return [leaf.validFromDate.getTime(), leaf.validToDate.getTime()]
    }
    const { backdateMs, leafMs } = lifetimes
    expect(leafAt(now)).toEqual([now - backdateMs, now + leafMs])
    expect(leafAt(now - 60_000)).toEqual([now - backdateMs, now - 60_000 + leafMs])
    expect(leafAt(made.notAfter - 5000)).toEqual([made.notAfter - 5000 - backdateMs, made.notAfter])
  })
})

describe('lifetimes', () => {
  it('fit together as they are shipped', () => {
    expect(() => checkLifetimes(lifetimes)).not.toThrow()
  })

  it.each([
    [{ leafMs: lifetimes.authorityMs / 2 }, /a CA to last three times as long/],
    [{ settleMs: lifetimes.leafMs / 2 }, /three times as long as configurations take to settle/],
    [{ leafMs: 500, settleMs: 0 }, /a certificate to last 1 s/],
    [{ backdateMs: -1 }, /whole milliseconds, got -1/],
    [{ authorityMs: Number.NaN }, /whole milliseconds, got NaN/],
  ])('that do not are refused: %j', (given, message) => {
    expect(() => checkLifetimes({ ...lifetimes, ...given })).toThrow(message)
  })
})
