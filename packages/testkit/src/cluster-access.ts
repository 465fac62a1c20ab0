import type { ServiceAccountTokens } from './auth/service-account-tokens.ts'
import type { KeyAndCertificate } from './certificates/certificate-authority.ts'
import type { ClusterAuthorities } from './certificates/cluster-authorities.ts'
import type { Clock } from './clock/clock.ts'
import type { Credentials, UserIdentity } from './cluster.ts'
import { kubeconfigText } from './kubeconfig.ts'
import type { Store } from './storage/store.ts'

export interface ClusterAccessOptions {
  readonly name: string
  readonly url: string
  readonly authorities: ClusterAuthorities
  readonly clock: Clock
  readonly store: Store
  readonly tokens: ServiceAccountTokens
}

/** Hands out ways into a cluster: certificates, kubeconfigs, tokens. */
export class ClusterAccess {
  readonly url: string
  readonly #options: ClusterAccessOptions

  constructor(options: ClusterAccessOptions) {
    this.url = options.url
    this.#options = options
  }

  credentials(identity: UserIdentity = {}): Credentials {
    const { certificate, key } = this.#issue(identity)
    return { ca: this.#options.authorities.ca, cert: certificate, key }
  }

  kubeconfig(identity: UserIdentity = {}): string {
    const { name, authorities } = this.#options
    const { certificate, key } = this.#issue(identity)
    return kubeconfigText({
      cluster: name,
      url: this.url,
      ca: authorities.ca,
      user: identity.user ?? 'admin',
      certificate,
      key,
    })
  }

  /** Throws when there is no such account. */
  serviceAccountToken(account: {
    readonly namespace: string
    readonly name: string
    readonly expirationSeconds?: number
  }): string {
    const { store, clock, tokens } = this.#options
    const { namespace, name, expirationSeconds = 3_600 } = account
    const stored = store.get('/serviceaccounts', namespace, name)
    if (stored === undefined)
      throw new Error(`there is no service account ${namespace}/${name} in ${this.#options.name}`)
    const expiresAt = clock.now() + expirationSeconds * 1_000
    return tokens.issue({ namespace, name, uid: stored.uid, audiences: [], expiresAt }, clock.now())
  }

  #issue(identity: UserIdentity): KeyAndCertificate {
    const { authorities, clock } = this.#options
    return authorities.issueClient(identity, clock.now())
  }
}
