import { contract, type Secret } from '@odfmo/api-types'
import { textOfBase64 } from './base64.ts'
import { secretDataOf } from './hub-secret.ts'
import type { SecretData } from './secret-data.ts'

/**
 * The fsid of the Ceph cluster that a secret gives access to: a peer token (the spoke's own or an exchanged one),
 * `rook-ceph-mon`, or a hub secret that wraps one of them. Undefined when there is none, or it cannot be read: it is
 * waited for.
 */
export const fsidOfToken = (secret: Pick<Secret, 'data'>): string | undefined => {
  const data = unwrapped(secret)
  const token = data?.[contract.peerTokenKey.token]
  const fsid = token === undefined ? textOfBase64(data?.[contract.cephMonKey.fsid] ?? '') : fsidInToken(token)
  return fsid === '' ? undefined : fsid
}

const unwrapped = (secret: Pick<Secret, 'data'>): SecretData | undefined => {
  if (secret.data?.[contract.hubSecretKey.secretData] === undefined) return secret.data
  try {
    return secretDataOf(secret)
  } catch {
    return undefined
  }
}

/** A Secret's value is base64, and so is, within it, the token: a JSON object. */
const fsidInToken = (value: string): string | undefined => {
  const inner = textOfBase64(value) ?? ''
  const json = inner.trimStart().startsWith('{') ? inner : (textOfBase64(inner.trim()) ?? '')
  try {
    const { fsid } = JSON.parse(json) as { readonly fsid?: unknown }
    return typeof fsid === 'string' ? fsid : undefined
  } catch {
    return undefined
  }
}
