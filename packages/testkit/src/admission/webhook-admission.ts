import { MutatingWebhooks } from './mutating-webhooks.ts'
import { ValidatingWebhooks } from './validating-webhooks.ts'
import type { WebhookContext } from './webhook-plugin.ts'

/** Both kinds of admission webhooks of one cluster. */
export interface WebhookAdmission {
  readonly mutating: MutatingWebhooks
  readonly validating: ValidatingWebhooks
  stop(): void
}

/** Asks the webhooks that the stored configurations name. */
export const webhookAdmission = (context: WebhookContext): WebhookAdmission => {
  const mutating = new MutatingWebhooks(context)
  const validating = new ValidatingWebhooks(context)
  return {
    mutating,
    validating,
    stop() {
      mutating.stop()
      validating.stop()
      context.network.https.close()
    },
  }
}
