import { badRequest } from '../api-error.ts'
import type { Identity } from '../auth/identity.ts'
import { listAt, textAt } from '../kube-object.ts'
import { timestampOf } from '../verbs/api.ts'
import type { Review } from './review.ts'

const userInfoOf = ({ user, uid, groups, extra }: Identity): Record<string, unknown> => ({
  username: user,
  ...(uid === undefined ? {} : { uid }),
  groups,
  ...(extra === undefined ? {} : { extra }),
})

/** `kubectl auth whoami`. */
export const reviewOwnIdentity: Review = (_asked, { identity, now }) => ({
  metadata: { creationTimestamp: timestampOf(now) },
  status: { userInfo: userInfoOf(identity) },
})

const goList = (values: readonly string[]): string =>
  `[${values.map((value) => JSON.stringify(value)).join(' ')}]`

/** Whose a token is, for the audiences that are asked for. */
export const reviewToken: Review = ({ metadata, spec }, { tokens, now }) => {
  const token = textAt(spec, 'token')
  if (token === '') throw badRequest('token is required for TokenReview in authentication')
  const asked = listAt(spec, 'audiences').filter((audience) => typeof audience === 'string')
  const wanted = asked.length === 0 ? [tokens.issuer] : asked
  const identity = tokens.identify(token, now, wanted)
  const audiences = tokens.audiencesOf(token)
  const matching = audiences.filter((audience) => wanted.includes(audience))
  if (identity !== undefined)
    return {
      metadata,
      spec,
      status: { authenticated: true, user: userInfoOf(identity), audiences: matching },
    }
  const error =
    audiences.length > 0 && matching.length === 0
      ? `[invalid bearer token, token audiences ${goList(audiences)} is invalid for the target audiences ${goList(wanted)}]`
      : 'invalid bearer token'
  return { metadata, spec, status: { user: {}, error } }
}
