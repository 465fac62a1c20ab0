import { recordAt } from '../kube-object.ts'
import { apiVersionOf } from '../resources/resource.ts'
import { mutated, validated } from '../verbs/admission.ts'
import type { Api, Target, WriteOptions } from '../verbs/api.ts'
import { canonical, checkedEnvelope } from '../verbs/check-object.ts'
import type { Verb } from '../verbs/verb.ts'
import { reviewAccess, reviewLocalAccess, reviewOwnAccess, reviewOwnRules } from './access-review.ts'
import { reviewOwnIdentity, reviewToken } from './identity-review.ts'
import type { Review, ReviewContext } from './review.ts'

/** Each review by `group/plural`. */
export const reviews: Readonly<Record<string, Review>> = {
  'authorization.k8s.io/selfsubjectaccessreviews': reviewOwnAccess,
  'authorization.k8s.io/subjectaccessreviews': reviewAccess,
  'authorization.k8s.io/localsubjectaccessreviews': reviewLocalAccess,
  'authorization.k8s.io/selfsubjectrulesreviews': reviewOwnRules,
  'authentication.k8s.io/selfsubjectreviews': reviewOwnIdentity,
  'authentication.k8s.io/tokenreviews': reviewToken,
}

/** The answer to a review: the object with its status. Nothing is stored, but who has a word in creations has one here. */
export function* answerReview(
  api: Api,
  target: Target,
  review: Review,
  {
    body,
    context,
    options,
  }: { readonly body: unknown; readonly context: ReviewContext; readonly options: WriteOptions },
): Verb<Record<string, unknown>> {
  const { resource } = target
  const { chain } = api
  const sent = canonical(resource, checkedEnvelope(resource, body, { options }))
  const write = { target, operation: 'CREATE', old: undefined, options } as const
  const owned = chain.manageFields?.({ ...write, object: sent }) ?? sent
  const object = yield* mutated(chain, { ...write, object: owned })
  yield* validated(chain, { ...write, object })
  const asked = { metadata: recordAt(object, 'metadata'), spec: recordAt(object, 'spec') }
  return { kind: resource.kind, apiVersion: apiVersionOf(resource), ...review(asked, context) }
}
