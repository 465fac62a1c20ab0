import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorityCertificate, serverCertificate } from './certificate.ts'
import { systemMaterial, type KeyPair } from './material.ts'

const run = promisify(execFile)
const hourMs = 3_600_000
const hosts = ['odfmo-webhook.odfmo.svc', 'localhost', '127.0.0.1', '2001:db8::5', '::ffff:10.1.2.3']

const authority = (keys: KeyPair, notBefore: number, notAfter: number, commonName = 'a CA') =>
  authorityCertificate({ ...keys, commonName, notBefore, notAfter }, systemMaterial)

const server = (issuer: KeyPair, { publicKey }: KeyPair, notBefore: number, notAfter: number) =>
  serverCertificate(
    { commonName: 'a server', publicKey, notBefore, notAfter, hosts },
    { ...issuer, commonName: 'a CA' },
    systemMaterial,
  )

const now = Date.now()
const caKeys = systemMaterial.keyPair()
const serverKeys = systemMaterial.keyPair()
const ca = authority(caKeys, now - hourMs, now + 100 * hourMs)
const leaf = server(caKeys, serverKeys, now - hourMs, now + hourMs)

describe('a CA', () => {
  it('is one, by a key of its own', () => {
    expect(ca.ca).toBe(true)
    expect(ca.subject).toBe('CN=a CA')
    expect(ca.issuer).toBe('CN=a CA')
    expect(ca.verify(caKeys.publicKey)).toBe(true)
    expect(ca.checkPrivateKey(caKeys.privateKey)).toBe(true)
    expect(ca.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
  })

  it('has another serial number each time, always of the same length', () => {
    const serials = Array.from({ length: 50 }, () => authority(caKeys, now, now + hourMs).serialNumber)
    expect(new Set(serials).size).toBe(50)
    for (const serial of serials) expect(serial).toMatch(/^[4-7][\dA-F]{31}$/)
  })

  it.each([
    ['2049-12-31T23:59:59.000Z', '2050-01-01T00:00:00.000Z'],
    ['1999-12-31T23:59:58.000Z', '2127-06-30T12:00:00.000Z'],
    ['2026-02-03T04:05:06.000Z', '9999-12-31T23:59:59.000Z'],
  ])('is valid from %s to %s, on both sides of the year 2050', (from, to) => {
    const { validFromDate, validToDate } = authority(caKeys, Date.parse(from), Date.parse(to))
    expect([validFromDate.toISOString(), validToDate.toISOString()]).toEqual([from, to])
  })

  it('is valid in whole seconds', () => {
    const { validFromDate } = authority(caKeys, Date.parse('2026-02-03T04:05:06.789Z'), now + hourMs)
    expect(validFromDate.toISOString()).toBe('2026-02-03T04:05:06.000Z')
  })
})

describe('a server', () => {
  it('has its hosts and addresses, and no others', () => {
    expect(leaf.subjectAltName).toBe(
      'DNS:odfmo-webhook.odfmo.svc, DNS:localhost, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:5, IP Address:0:0:0:0:0:FFFF:A01:203',
    )
    expect(leaf.checkHost('odfmo-webhook.odfmo.svc')).toBe('odfmo-webhook.odfmo.svc')
    expect(leaf.checkHost('a server')).toBeUndefined()
    for (const address of ['127.0.0.1', '2001:db8::5', '::ffff:10.1.2.3'])
      expect(leaf.checkIP(address)).toBeDefined()
    expect(leaf.checkIP('127.0.0.2')).toBeUndefined()
  })

  it('is issued by its CA, and is none', () => {
    expect(leaf.ca).toBe(false)
    expect(leaf.checkIssued(ca)).toBe(true)
    expect(leaf.verify(caKeys.publicKey)).toBe(true)
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  })

  it('is not issued by a CA of the same name with another key', () => {
    const other = authority(systemMaterial.keyPair(), now - hourMs, now + hourMs)
    expect(leaf.checkIssued(other)).toBe(false)
  })
})

const handshake = async (trusted: readonly X509Certificate[], servername: string): Promise<string> => {
  const key = serverKeys.privateKey.export({ type: 'pkcs8', format: 'pem' })
  const listener = createServer({ cert: leaf.toString(), key, minVersion: 'TLSv1.2' }, (socket) =>
    socket.end(),
  )
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  let socket: TLSSocket | undefined
  try {
    return await new Promise<string>((resolve) => {
      socket = connect({ port, host: '127.0.0.1', servername, ca: trusted.map(String) }, () =>
        resolve('verified'),
      )
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    })
  } finally {
    socket?.destroy()
    listener.close()
  }
}

describe('a handshake', () => {
  it('verifies the server by its CA, among others of the same name', async () => {
    const others = [0, 1].map(() => authority(systemMaterial.keyPair(), now - hourMs, now + hourMs))
    expect(await handshake([ca], 'localhost')).toBe('verified')
    expect(await handshake([...others, ca], 'odfmo-webhook.odfmo.svc')).toBe('verified')
  })

  it('fails for another name, and by another CA', async () => {
    expect(await handshake([ca], 'elsewhere.example')).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    const other = authority(systemMaterial.keyPair(), now - hourMs, now + hourMs, 'another CA')
    expect(await handshake([other], 'localhost')).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  })
})

const openssl = await access('/usr/bin/openssl').then(
  () => '/usr/bin/openssl',
  () => undefined,
)

describe.skipIf(openssl === undefined)('openssl, where it is installed', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'odfmo-x509-'))
    await writeFile(path.join(folder, 'ca.crt'), ca.toString())
    await writeFile(path.join(folder, 'tls.crt'), leaf.toString())
  })
  afterAll(() => rm(folder, { recursive: true }))

  const ask = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(openssl ?? '', [...args], { cwd: folder })
    return stdout
  }

  it('verifies the chain by the strict rules of RFC 5280, for a server of the name and of the address', async () => {
    for (const who of [
      ['-verify_hostname', 'odfmo-webhook.odfmo.svc'],
      ['-verify_ip', '2001:db8::5'],
    ])
      expect(
        await ask('verify', '-x509_strict', '-purpose', 'sslserver', ...who, '-CAfile', 'ca.crt', 'tls.crt'),
      ).toBe('tls.crt: OK\n')
  })

  it('reads the extensions as they are meant', async () => {
    const extensions = [
      'basicConstraints',
      'keyUsage',
      'extendedKeyUsage',
      'subjectKeyIdentifier',
      'authorityKeyIdentifier',
    ].join(',')
    const read = async (file: string): Promise<string> => {
      const text = await ask('x509', '-in', file, '-noout', '-ext', extensions)
      return text.replaceAll(/([\dA-F]{2}:){19}[\dA-F]{2}/g, 'KEY').replaceAll(/ +$/gm, '')
    }
    expect(await read('ca.crt')).toMatchInlineSnapshot(`
      "X509v3 Basic Constraints: critical
          CA:TRUE, pathlen:0
      X509v3 Key Usage: critical
          Certificate Sign
      X509v3 Subject Key Identifier:
          KEY
      "
    `)
    expect(await read('tls.crt')).toMatchInlineSnapshot(`
      "X509v3 Basic Constraints: critical
          CA:FALSE
      X509v3 Key Usage: critical
          Digital Signature
      X509v3 Extended Key Usage:
          TLS Web Server Authentication
      X509v3 Subject Key Identifier:
          KEY
      X509v3 Authority Key Identifier:
          KEY
      "
    `)
    const keyId = /Subject Key Identifier:\s+(\S+)/.exec(
      await ask('x509', '-in', 'ca.crt', '-noout', '-text'),
    )?.[1]
    const issuerKeyId = /Authority Key Identifier:\s+(\S+)/.exec(
      await ask('x509', '-in', 'tls.crt', '-noout', '-text'),
    )?.[1]
    expect(issuerKeyId).toBe(keyId)
  })
})
