import { createHash } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { unauthorized } from '../api-error.ts'
import type { Validity } from '../certificates/certificate-authority.ts'
import type { ClusterAuthorities } from '../certificates/cluster-authorities.ts'
import { subjectOf } from '../certificates/distinguished-name.ts'
import type { HttpRequest } from '../server/exchange.ts'
import { credentialId, systemAuthenticated } from './identity.ts'
import type { Identity } from './identity.ts'

/** Answers whose token it is; undefined when nobody's. */
export type TokenAuthenticator = (token: string) => Identity | undefined

interface Certified extends Validity {
  readonly identity: Identity
}

/** What was found out about a connection, and of which generation of authorities. */
interface Known {
  readonly found: Certified | 'none'
  readonly generation: number
}

type Authorities = Pick<ClusterAuthorities, 'validityOf' | 'generation'>

/** Tells who sends a request, by its client certificate, else by its bearer token. */
export class Authenticator {
  readonly #authorities: Authorities
  readonly #byToken: TokenAuthenticator
  // a connection keeps its certificate: its signature is checked once per generation
  readonly #byConnection = new WeakMap<object, Known>()

  constructor(authorities: Authorities, byToken: TokenAuthenticator) {
    this.#authorities = authorities
    this.#byToken = byToken
  }

  /** Throws a 401 for everybody who is not known. */
  identify(request: HttpRequest, now: number): Identity {
    const certified = this.#certified(request)
    if (certified !== 'none' && certified.notBefore <= now && now < certified.notAfter)
      return certified.identity
    const token = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const identity = token === undefined ? undefined : this.#byToken(token)
    if (identity === undefined) throw unauthorized()
    return identity
  }

  #certified(request: HttpRequest): Certified | 'none' {
    // an HTTP/2 session hands out a proxy of its socket, always the same one
    const socket = ('stream' in request ? request.stream.session?.socket : request.socket) as
      | TLSSocket
      | undefined
    if (socket === undefined) return 'none'
    const { generation } = this.#authorities
    const known = this.#byConnection.get(socket)
    if (known?.generation === generation) return known.found
    const found = this.#read(socket)
    this.#byConnection.set(socket, { found, generation })
    return found
  }

  #read(socket: TLSSocket): Certified | 'none' {
    const raw = socket.getPeerCertificate().raw as Buffer | undefined
    const validity = raw === undefined ? undefined : this.#authorities.validityOf(raw)
    if (raw === undefined || validity === undefined) return 'none'
    const { commonName, organizations } = subjectOf(raw)
    if (commonName === '') return 'none'
    const hash = createHash('sha256').update(raw).digest('hex')
    return {
      ...validity,
      identity: {
        user: commonName,
        groups: [...organizations, systemAuthenticated],
        extra: { [credentialId]: [`X509SHA256=${hash}`] },
      },
    }
  }
}
