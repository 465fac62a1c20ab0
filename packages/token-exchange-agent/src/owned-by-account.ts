import { apiVersionOf, kinds, type OwnerReference } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { isForbidden, type KubeClient } from '@odfmo/controller-kit'

/** What locks and heartbeats need of a client. */
export type BookkeepingClient = Pick<KubeClient, 'get' | 'create' | 'update' | 'patch'>

interface AccountClaims {
  readonly 'kubernetes.io'?: {
    readonly namespace?: string
    readonly serviceaccount?: { readonly name?: string; readonly uid?: string }
  }
}

/**
 * The service account that a token was issued to, as an owner for objects of its namespace; undefined when the token says
 * nothing of one, or lies elsewhere. The token is only read for names: the server is who checks it.
 */
export const accountOf = (token: string | undefined, namespace: string): OwnerReference | undefined => {
  const claims = claimsOf(token)?.['kubernetes.io']
  const { name = '', uid = '' } = claims?.serviceaccount ?? {}
  if (claims?.namespace !== namespace || name === '' || uid === '') return undefined
  return { apiVersion: apiVersionOf(kinds.ServiceAccount), kind: kinds.ServiceAccount.kind, name, uid }
}

const claimsOf = (token: string | undefined): AccountClaims | undefined => {
  try {
    return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8')) as AccountClaims
  } catch {
    // Not a token of that form; others are as good for everything else.
    return undefined
  }
}

/**
 * A client whose objects go with the agent's service account when the add-on is taken away: locks and signs of life of a
 * process that is gone. Where owners may not be set, they are written without.
 */
export const ownedByAccount = (
  client: BookkeepingClient,
  owner: OwnerReference | undefined,
): BookkeepingClient => {
  if (owner === undefined) return client
  const owned = <T extends KubeObject>(object: T): T => {
    const { ownerReferences = [] } = object.metadata
    if (ownerReferences.some(({ uid }) => uid === owner.uid)) return object
    return { ...object, metadata: { ...object.metadata, ownerReferences: [...ownerReferences, owner] } }
  }
  let mayOwn = true
  const orWithout = async <T extends KubeObject>(object: T, write: (object: T) => Promise<T>): Promise<T> => {
    if (!mayOwn) return write(object)
    try {
      return await write(owned(object))
    } catch (error) {
      if (!isForbidden(error)) throw error
      const written = await write(object)
      // Asked once and not at every renewal; what an older agent made keeps what owners it has.
      mayOwn = false
      return written
    }
  }
  return {
    get: client.get.bind(client),
    patch: client.patch.bind(client),
    create: (kind, object, options) => orWithout(object, (each) => client.create(kind, each, options)),
    update: (kind, object, options) => orWithout(object, (each) => client.update(kind, each, options)),
  }
}
