import type { SecretValue } from '@odfmo/controller-kit'

/** A certificate authority that somebody trusts or signs with. */
export interface Authority {
  /** SHA-256 of the certificate, in hex: the same wherever it is found. */
  readonly id: string
  /** The certificate. */
  readonly pem: string
  /** When it was made, milliseconds since the epoch; its certificate is valid from a little earlier. */
  readonly createdAt: number
  /** When it ends, milliseconds since the epoch. */
  readonly notAfter: number
}

/** One that the Secret has, with its private key in PEM if that is there too. */
export interface KeptAuthority extends Authority {
  readonly key?: SecretValue
}

/** One that can sign. */
export type SigningAuthority = Required<KeptAuthority>

/** The newest first, and of two made at the same time always the same one: every replica has the same order. */
export const newestFirst = (a: Authority, b: Authority): number =>
  b.createdAt - a.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

export const isSigning = (authority: KeptAuthority): authority is SigningAuthority =>
  authority.key !== undefined

/** Whether a certificate is valid now by this clock: neither run out, nor of a time to come. */
export const isInTime = (
  { createdAt, notAfter }: Pick<Authority, 'createdAt' | 'notAfter'>,
  now: number,
  backdateMs: number,
): boolean => createdAt - backdateMs <= now && now < notAfter

/**
 * The one that signs what is served: the newest that can. Undefined: there is none, and one has to be made.
 */
export const currentAuthority = (
  kept: readonly KeptAuthority[],
  now: number,
  backdateMs: number,
): SigningAuthority | undefined =>
  kept
    .filter(isSigning)
    .toSorted(newestFirst)
    .find((authority) => isInTime(authority, now, backdateMs))
