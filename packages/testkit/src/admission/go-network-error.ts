import { isIP } from 'node:net'
import { DeadlineError } from './https-post.ts'
import type { Post } from './https-post.ts'

interface NetworkError extends Error {
  readonly code?: string
  readonly syscall?: string
  readonly address?: string
  readonly port?: number
  readonly cert?: { readonly subjectaltname?: string; readonly subject?: { readonly CN?: string } }
}

const untrusted: readonly string[] = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
]

/** Names and addresses of a certificate, by kind. */
const alternatives = (text: string, kind: string): string[] =>
  text
    .split(', ')
    .filter((each) => each.startsWith(`${kind}:`))
    .map((each) => each.slice(kind.length + 1))

const wrongName = ({ cert }: NetworkError, { serverName }: Post): string => {
  const names = cert?.subjectaltname ?? ''
  const isAddress = isIP(serverName) !== 0
  const found = alternatives(names, isAddress ? 'IP Address' : 'DNS')
  if (found.length > 0) return `x509: certificate is valid for ${found.join(', ')}, not ${serverName}`
  if (isAddress)
    return `x509: cannot validate certificate for ${serverName} because it doesn't contain any IP SANs`
  return alternatives(names, 'IP Address').length === 0 && names === ''
    ? 'x509: certificate relies on legacy Common Name field, use SANs instead'
    : `x509: certificate is not valid for any names, but wanted to match ${serverName}`
}

/** What went wrong on the way to a webhook, in the words of the real server's client. */
export const goNetworkError = (error: unknown, post: Post): string => {
  if (!(error instanceof Error)) return String(error)
  const { code = '', address, port } = error as NetworkError
  const at = `${address ?? post.address.hostname}:${port ?? post.address.port}`
  if (error instanceof DeadlineError) return 'context deadline exceeded'
  if (code === 'ECONNREFUSED') return `dial tcp ${at}: connect: connection refused`
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${post.address.hostname}: no such host`
  if (code === 'ECONNRESET') return 'EOF'
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return 'http: server gave HTTP response to HTTPS client'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `tls: failed to verify certificate: ${wrongName(error, post)}`
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid'
  if (untrusted.includes(code))
    return 'tls: failed to verify certificate: x509: certificate signed by unknown authority'
  return error.message
}
