import type { Logger } from '@odfmo/controller-kit'
import type { Endpoint } from '../serving/webhook-server.ts'
import type { AdmissionReview } from './admission-review.ts'
import { decodeReview } from './decode-review.ts'
import { nameOf } from './denial.ts'
import { encodeAnswer } from './encode-answer.ts'
import type { Admit } from './mirror-peer-requests.ts'

/** Told of every review that was answered; for metrics. */
export interface ReviewObserver {
  /** `webhook` is the path it was asked at. */
  judged(webhook: string, review: AdmissionReview, allowed: boolean): void
}

/** One webhook over HTTP: a review comes, its answer goes; whoever is refused is named in the log. */
export const admissionEndpoint =
  (
    webhook: string,
    admit: Admit,
    { logger, observer }: { readonly logger: Logger; readonly observer: ReviewObserver },
  ): Endpoint =>
  (body) => {
    const review = decodeReview(body)
    const { request } = review
    const answer = admit(request)
    observer.judged(webhook, review, answer.allowed)
    if (!answer.allowed) {
      const { uid, operation, username, dryRun } = request
      const why = answer.status.message
      logger.info(
        { webhook, operation, mirrorPeer: nameOf(request), username, uid, dryRun, why },
        'refused a request',
      )
    }
    return encodeAnswer(review, answer)
  }
