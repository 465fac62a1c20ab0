import type { AdmissionAnswer, AdmissionReview } from './admission-review.ts'

/** The AdmissionReview that answers: in the version that was asked, about the same request. */
export const encodeAnswer = (
  { version, request: { uid } }: AdmissionReview,
  answer: AdmissionAnswer,
): string => {
  const { allowed, warnings = [] } = answer
  const patch = answer.allowed ? (answer.patch ?? []) : []
  return JSON.stringify({
    apiVersion: `admission.k8s.io/${version}`,
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed,
      ...(answer.allowed ? {} : { status: answer.status }),
      ...(patch.length === 0
        ? {}
        : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }),
      ...(warnings.length === 0 ? {} : { warnings }),
    },
  })
}
