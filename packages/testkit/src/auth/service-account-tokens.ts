import { createPublicKey, randomUUID, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { newKeyPair } from '../certificates/certificate-authority.ts'
import { isJsonObject, textAt } from '../kube-object.ts'
import type { Store } from '../storage/store.ts'
import { credentialId, systemAuthenticated } from './identity.ts'
import type { Identity } from './identity.ts'

export interface TokenWish {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly audiences: readonly string[]
  /** Milliseconds since the epoch; undefined for the tokens of secrets, which never expire. */
  readonly expiresAt: number | undefined
  /** The secret or pod the token dies with. */
  readonly boundTo?: { readonly kind: string; readonly name: string; readonly uid: string }
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url')

const tableOfBound: Readonly<Record<string, string>> = { Secret: '/secrets', Pod: '/pods', Node: '/nodes' }

/** What a token tells besides the account: its own id, and the pod or node it is for. */
const extraOf = (claims: Readonly<Record<string, unknown>>): Pick<Identity, 'extra'> => {
  const extra: Record<string, string[]> = {}
  const id = textAt(claims, 'jti')
  if (id !== '') extra[credentialId] = [`JTI=${id}`]
  for (const kind of ['pod', 'node']) {
    for (const field of ['name', 'uid']) {
      const value = textAt(claims, 'kubernetes.io', kind, field)
      if (value !== '') extra[`authentication.kubernetes.io/${kind}-${field}`] = [value]
    }
  }
  return Object.keys(extra).length === 0 ? {} : { extra }
}

/** Issues the tokens of service accounts (JWT, ES256) and knows its own again. */
export class ServiceAccountTokens {
  readonly issuer: string
  readonly #store: Store
  readonly #privateKey: KeyObject
  readonly #publicKey: KeyObject

  constructor(store: Store, issuer: string) {
    const { privateKey } = newKeyPair()
    this.issuer = issuer
    this.#store = store
    this.#privateKey = privateKey
    this.#publicKey = createPublicKey(privateKey)
  }

  issue(wish: TokenWish, now: number): string {
    const { namespace, name, uid, boundTo } = wish
    const seconds = Math.floor(now / 1_000)
    const claims = {
      aud: wish.audiences.length === 0 ? [this.issuer] : wish.audiences,
      // those of secrets have no id
      ...(wish.expiresAt === undefined ? {} : { exp: Math.floor(wish.expiresAt / 1_000), jti: randomUUID() }),
      iat: seconds,
      nbf: seconds,
      iss: this.issuer,
      sub: `system:serviceaccount:${namespace}:${name}`,
      'kubernetes.io': {
        namespace,
        serviceaccount: { name, uid },
        ...(boundTo === undefined
          ? {}
          : { [boundTo.kind.toLowerCase()]: { name: boundTo.name, uid: boundTo.uid } }),
      },
    }
    const text = `${encoded({ alg: 'ES256', typ: 'JWT' })}.${encoded(claims)}`
    const signature = sign('sha256', Buffer.from(text), { key: this.#privateKey, dsaEncoding: 'ieee-p1363' })
    return `${text}.${signature.toString('base64url')}`
  }

  /** Whom a token is for; empty for what is no token of this cluster. */
  audiencesOf(token: string): readonly string[] {
    const aud = this.#claims(token)?.['aud']
    return Array.isArray(aud) ? aud.filter((audience) => typeof audience === 'string') : []
  }

  /** Whose token it is, while it holds and its service account is still the one it was made for. */
  identify(token: string, now: number, audiences: readonly string[] = [this.issuer]): Identity | undefined {
    const claims = this.#claims(token)
    if (claims === undefined) return undefined
    const { exp, aud } = claims
    if (typeof exp === 'number' && exp * 1_000 <= now) return undefined
    if (!Array.isArray(aud) || !audiences.some((audience) => aud.includes(audience))) return undefined
    const about = claims['kubernetes.io']
    const namespace = textAt(about, 'namespace')
    const name = textAt(about, 'serviceaccount', 'name')
    const account = this.#store.get('/serviceaccounts', namespace, name)
    if (account === undefined || account.uid !== textAt(about, 'serviceaccount', 'uid')) return undefined
    for (const [kind, table] of Object.entries(tableOfBound)) {
      const uid = textAt(about, kind.toLowerCase(), 'uid')
      if (
        uid !== '' &&
        this.#store.get(table, kind === 'Node' ? '' : namespace, textAt(about, kind.toLowerCase(), 'name'))
          ?.uid !== uid
      )
        return undefined
    }
    return {
      user: `system:serviceaccount:${namespace}:${name}`,
      uid: account.uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, systemAuthenticated],
      ...extraOf(claims),
    }
  }

  #claims(token: string): Record<string, unknown> | undefined {
    const [header, claims, signature, ...more] = token.split('.')
    if (header === undefined || claims === undefined || signature === undefined || more.length > 0)
      return undefined
    const key = { key: this.#publicKey, dsaEncoding: 'ieee-p1363' as const }
    if (!verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url')))
      return undefined
    try {
      const parsed: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'))
      return isJsonObject(parsed) ? parsed : undefined
    } catch {
      return undefined // signed by us, but no JSON: cannot be, and is nobody's
    }
  }
}
