import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { ExecAccess } from './access.ts'
import { ExecError } from './exec-error.ts'

/** What a plugin answered: a token, a client certificate with its key, or both. */
export interface ExecCredential {
  readonly token?: string
  readonly cert?: string
  readonly key?: string
  /** Milliseconds of wall time; left out: until the server refuses it. */
  readonly expiresAt?: number
}

/** Reads an ExecCredential. Throws an `ExecError` that says what is wrong and quotes nothing. */
export const parseExecAnswer = (
  text: string,
  plugin: Pick<ExecAccess, 'apiVersion' | 'command'>,
): ExecCredential => {
  const fail = (what: string): never => {
    throw new ExecError(`the credential plugin ${plugin.command} ${what}`)
  }
  const answer = parsed(text) ?? fail('answered no JSON object')
  if (answer['kind'] !== 'ExecCredential' || answer['apiVersion'] !== plugin.apiVersion)
    fail(`answered something else than an ExecCredential of ${plugin.apiVersion}`)
  const status = asFields(answer['status']) ?? fail('answered no status')
  const part = (name: string): string | undefined => {
    const value = status[name]
    if (value === undefined || value === null || value === '') return undefined
    return typeof value === 'string' ? value : fail(`answered a ${name} that is no string`)
  }
  const token = part('token')
  const cert = part('clientCertificateData')
  const key = part('clientKeyData')
  if ((cert === undefined) !== (key === undefined))
    fail('answered a certificate without key or a key without certificate')
  if (token === undefined && cert === undefined) fail('answered neither a token nor a client certificate')
  const expiry = part('expirationTimestamp')
  const told = expiry === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiry)
  if (Number.isNaN(told)) fail('answered an expirationTimestamp that is no date')
  const expiresAt = Math.min(
    told,
    certificateEnd(cert, key) ?? fail('answered a certificate and a key that cannot be used'),
  )
  return {
    ...(token === undefined ? {} : { token }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(expiresAt === Number.POSITIVE_INFINITY ? {} : { expiresAt }),
  }
}

type Fields = Readonly<Record<string, unknown>>

const asFields = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null ? (value as Fields) : undefined

const parsed = (text: string): Fields | undefined => {
  try {
    return asFields(JSON.parse(text))
  } catch {
    // The parser's message quotes the text, which holds the secret.
    return undefined
  }
}

/** Until when the certificate is good; undefined when it or its key cannot be used. */
const certificateEnd = (cert: string | undefined, key: string | undefined): number | undefined => {
  if (cert === undefined) return Number.POSITIVE_INFINITY
  try {
    createSecureContext({ cert, key })
    return Date.parse(new X509Certificate(cert).validTo)
  } catch {
    return undefined
  }
}
