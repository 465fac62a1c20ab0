import { checkFields, checkWord } from '../check-option.ts'
import type { UserIdentity } from '../cluster.ts'
import { CertificateAuthority, validityBy } from './certificate-authority.ts'
import type { CertificateWish, KeyAndCertificate, Validity } from './certificate-authority.ts'
import { clientCertificate, serverCertificate } from './cluster-certificates.ts'

/** Which certificates of a running cluster become others. */
export interface CertificateRotation {
  /**
   * `authority` (the default): a new one signs a new certificate, and who trusts the old one alone refuses the server.
   * `certificate`: a new certificate of the same authority. `false`: it stays.
   */
  readonly serving?: 'authority' | 'certificate' | false
  /** `authority` (the default): a new one; what the old one signed is answered 401. `false`: it stays. */
  readonly clients?: 'authority' | false
  /** Old authorities stay trusted beside the new ones: in `ca`, and of clients. Default false. */
  readonly keepOld?: boolean
}

// TLS clients check a server by the machine's clock, the cluster lives by its own: its certificates hold for both
const validity = { notBefore: Date.UTC(2000, 0, 1), notAfter: Date.UTC(2120, 0, 1) }

const newAuthority = (name: string): CertificateAuthority =>
  new CertificateAuthority(name, validity.notBefore, validity.notAfter)

const bundle = (authorities: readonly CertificateAuthority[]): string =>
  authorities.map(({ certificate }) => certificate).join('')

/** The authorities of one cluster, for its server and for its clients, which may change while it runs. */
export class ClusterAuthorities {
  readonly #name: string
  readonly #listeners = new Set<() => void>()
  /** The newest first. */
  #serving: readonly [CertificateAuthority, ...CertificateAuthority[]]
  #clients: readonly [CertificateAuthority, ...CertificateAuthority[]]
  #server: KeyAndCertificate
  #generation = 1

  constructor(name: string) {
    this.#name = name
    this.#serving = [newAuthority(`${name}-ca`)]
    this.#clients = [newAuthority(`${name}-client-ca`)]
    this.#server = serverCertificate(this.#serving[0], validity)
  }

  /** PEM of what clients are to trust. */
  get ca(): string {
    return bundle(this.#serving)
  }

  /** PEM of those whose client certificates are taken. */
  get clientCa(): string {
    return bundle(this.#clients)
  }

  /** What the server shows. */
  get server(): KeyAndCertificate {
    return this.#server
  }

  /** Another one when something that was decided about a client certificate no longer holds. */
  get generation(): number {
    return this.#generation
  }

  /** When a client certificate (DER) holds, if one of the authorities signed it. */
  validityOf(certificate: Buffer): Validity | undefined {
    for (const { publicKey } of this.#clients) {
      const found = validityBy(certificate, publicKey)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Signs for a key that somebody else holds. */
  issue(wish: CertificateWish): string {
    return this.#clients[0].issue(wish)
  }

  /** A client's with a new key, by wall time. */
  issueClient(identity: UserIdentity, nowMs: number): KeyAndCertificate {
    return clientCertificate(this.#clients[0], identity, nowMs)
  }

  /** Throws a TypeError for a rotation that is none. */
  rotate(rotation: CertificateRotation): void {
    checkFields('rotation', rotation, ['serving', 'clients', 'keepOld'])
    const { serving = 'authority', clients = 'authority', keepOld = false } = rotation
    checkWord('rotation: serving', serving, ['authority', 'certificate', false])
    checkWord('rotation: clients', clients, ['authority', false])
    if (serving === 'authority')
      this.#serving = [newAuthority(`${this.#name}-ca`), ...(keepOld ? this.#serving : [])]
    if (serving !== false) this.#server = serverCertificate(this.#serving[0], validity)
    if (clients === 'authority')
      this.#clients = [newAuthority(`${this.#name}-client-ca`), ...(keepOld ? this.#clients : [])]
    this.#generation++
    for (const listener of [...this.#listeners]) listener()
  }

  /** Calls back after each rotation; the answer ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
