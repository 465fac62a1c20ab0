import type { Registration } from './registration.ts'

/** What the hub kubeconfig secret on the spoke holds. */
export type HeldSecret =
  | { readonly is: 'absent' }
  /** There, without a certificate that can be read. */
  | { readonly is: 'unusable' }
  | {
      readonly is: 'usable'
      readonly user: string
      readonly groups: readonly string[]
      readonly notBefore: number
      readonly notAfter: number
    }

/** A request that was made and whose key is kept until it is decided. */
export interface PendingRequest {
  readonly hash: string
  readonly state:
    | { readonly is: 'open' | 'refused' | 'gone' }
    | { readonly is: 'signed'; readonly certificate: string }
}

export interface RegistrationInput {
  readonly wanted: Registration | undefined
  /** The hash of the registration that this process last worked on. */
  readonly knownHash: string | undefined
  readonly secret: HeldSecret
  readonly pending: PendingRequest | undefined
  /** How many requests of this add-on the hub has. */
  readonly requests: number
  /** The share of its lifetime that a certificate has left when it is renewed: 0.2 to 0.25. */
  readonly renewAtShare: number
  readonly nowMs: number
}

export type RegistrationStep =
  | { readonly is: 'rest'; readonly lookAgainMs?: number }
  | { readonly is: 'remove-secret' }
  | { readonly is: 'forget-request'; readonly why: string }
  | { readonly is: 'request' }
  | { readonly is: 'store'; readonly certificate: string }

/** The klusterlet makes no more requests of one add-on than this: somebody has to look at those first. */
export const mostRequests = 10
const lookAgainMs = 30_000

/** What the registration agent does next about one add-on. */
export const registrationStep = (input: RegistrationInput): RegistrationStep => {
  const { wanted, knownHash, secret, pending, nowMs } = input
  if (wanted === undefined) return withdrawn(input)
  const isOther = knownHash !== undefined && knownHash !== wanted.hash
  if (isOther && secret.is !== 'absent') return { is: 'remove-secret' }
  if (pending !== undefined) return pendingStep(pending, wanted)
  if (secret.is === 'usable') {
    if (!isFor(secret, wanted)) return { is: 'remove-secret' }
    const renewAt = secret.notAfter - (secret.notAfter - secret.notBefore) * input.renewAtShare
    if (nowMs < renewAt) return { is: 'rest', lookAgainMs: renewAt - nowMs }
  }
  return input.requests >= mostRequests ? { is: 'rest', lookAgainMs } : { is: 'request' }
}

/** Nobody asks any more: only what this process made itself is taken back. */
const withdrawn = ({ knownHash, secret, pending }: RegistrationInput): RegistrationStep => {
  if (pending !== undefined) return { is: 'forget-request', why: 'the add-on is gone' }
  return knownHash !== undefined && secret.is !== 'absent' ? { is: 'remove-secret' } : { is: 'rest' }
}

const pendingStep = ({ hash, state }: PendingRequest, wanted: Registration): RegistrationStep => {
  if (hash !== wanted.hash) return { is: 'forget-request', why: 'the registration changed' }
  switch (state.is) {
    case 'open':
      return { is: 'rest' }
    case 'refused':
      return { is: 'forget-request', why: 'the request was denied' }
    case 'gone':
      return { is: 'forget-request', why: 'the request is gone' }
    case 'signed':
      return { is: 'store', certificate: state.certificate }
  }
}

const isFor = (
  secret: { user: string; groups: readonly string[] },
  { user, groups }: Registration,
): boolean =>
  secret.user === user &&
  secret.groups.length === groups.length &&
  groups.every((group) => secret.groups.includes(group))
