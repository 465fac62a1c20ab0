import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CertificateAuthority } from '../certificates/certificate-authority.ts'
import type { KeyAndCertificate } from '../certificates/certificate-authority.ts'
import { clientCertificate, serverCertificate, validityAround } from '../certificates/cluster-certificates.ts'
import { systemClock } from '../clock/clock.ts'
import type { UserIdentity } from '../cluster.ts'
import { auditPolicy } from './audit-log.ts'

/** Keys, certificates and settings of one cluster, in a folder of its own. */
export class ClusterFiles {
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string
  readonly #folder: string
  readonly #clients: CertificateAuthority

  constructor(cluster: string, folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const validity = validityAround(systemClock.now())
    const servers = new CertificateAuthority(`${cluster}-ca`, validity.notBefore, validity.notAfter)
    this.#folder = folder
    this.#clients = new CertificateAuthority(`${cluster}-client-ca`, validity.notBefore, validity.notAfter)
    this.ca = servers.certificate
    const server = serverCertificate(servers, validity)
    const tokens = generateKeyPairSync('ec', {
      namedCurve: 'prime256v1',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    this.write('ca.crt', this.ca)
    this.write('server.crt', server.certificate)
    this.write('server.key', server.key)
    this.write('client-ca.crt', this.#clients.certificate)
    this.write('client-ca.key', this.#clients.key)
    this.write('service-accounts.key', tokens.privateKey)
    this.write('service-accounts.pub', tokens.publicKey)
    this.write('audit-policy.json', auditPolicy)
  }

  /** A client certificate: of an administrator when nobody is named. */
  identity(identity: UserIdentity = {}): KeyAndCertificate {
    return clientCertificate(this.#clients, identity, systemClock.now())
  }

  path(name: string): string {
    return join(this.#folder, name)
  }

  write(name: string, text: string): string {
    const path = this.path(name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
}
