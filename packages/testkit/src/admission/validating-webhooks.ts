import type { AdmissionStep, Write } from '../verbs/admission.ts'
import { answerOf } from '../verbs/verb.ts'
import type { Verb } from '../verbs/verb.ts'
import { admissionRequestOf } from './admission-review.ts'
import { askWebhook } from './ask-webhook.ts'
import { isExempt } from './attributes.ts'
import { denial } from './read-review.ts'
import { RegisteredWebhooks } from './registered-webhooks.ts'
import { WebhookError } from './webhook-error.ts'
import { failedCall, invocationOf } from './webhook-plugin.ts'
import type { Invocation, WebhookContext } from './webhook-plugin.ts'

const table = 'admissionregistration.k8s.io/validatingwebhookconfigurations'

/** Asks all validating webhooks of a write at once; the first that says no refuses it. */
export class ValidatingWebhooks implements AdmissionStep<void> {
  readonly #context: WebhookContext
  readonly #registered: RegisteredWebhooks

  constructor(context: WebhookContext) {
    this.#context = context
    this.#registered = new RegisteredWebhooks(context.store, table)
  }

  get isIdle(): boolean {
    return this.#registered.isEmpty
  }

  *review(write: Write): Verb<void> {
    if (isExempt(write)) return
    const invocations: Invocation[] = []
    for (const webhook of this.#registered.all) {
      const invocation = yield* invocationOf(webhook, write, this.#context)
      if (invocation !== undefined) invocations.push(invocation)
    }
    if (invocations.length === 0) return
    const refusals: unknown[] = []
    const answers = invocations.map((invocation) =>
      this.#ask(invocation).catch((error: unknown) => refusals.push(error)),
    )
    yield* answerOf(Promise.all(answers))
    if (refusals.length > 0) throw refusals[0]
  }

  stop(): void {
    this.#registered.stop()
  }

  async #ask({ webhook, resource, write }: Invocation): Promise<void> {
    try {
      const answer = await askWebhook(webhook, admissionRequestOf(write, resource), this.#context.network)
      for (const warning of answer.warnings) write.options.warn(warning)
      if (!answer.isAllowed) throw denial(webhook.name, answer.result)
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error
      if (!webhook.isIgnored) throw failedCall(error.message)
    }
  }
}
