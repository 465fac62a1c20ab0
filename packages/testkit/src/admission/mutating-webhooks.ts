import { internalError } from '../api-error.ts'
import { isJsonObject, jsonEqual } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { jsonPatch } from '../patch/json-patch.ts'
import { readOperations } from '../patch/read-patch.ts'
import type { AdmissionStep, Write } from '../verbs/admission.ts'
import { answerOf } from '../verbs/verb.ts'
import type { Verb } from '../verbs/verb.ts'
import { admissionRequestOf } from './admission-review.ts'
import { askWebhook } from './ask-webhook.ts'
import { isExempt, kindOf, labelled } from './attributes.ts'
import { decodedPatched } from './decode-patched.ts'
import { denial } from './read-review.ts'
import type { ReviewAnswer } from './read-review.ts'
import { RegisteredWebhooks } from './registered-webhooks.ts'
import type { Webhook } from './webhook.ts'
import { WebhookError } from './webhook-error.ts'
import { failedCall, inVersion, invocationOf } from './webhook-plugin.ts'
import type { Invocation, WebhookContext } from './webhook-plugin.ts'

const table = 'admissionregistration.k8s.io/mutatingwebhookconfigurations'

/** Which webhooks are asked a second time: those that want it, when another changed the object after them. */
interface Round {
  /** Undefined in the first one: all are asked. */
  readonly only: ReadonlySet<string> | undefined
  readonly asked: Set<string>
  readonly again: Set<string>
}

/** Asks mutating webhooks one after the other, each about what the ones before it left. */
export class MutatingWebhooks implements AdmissionStep<KubeObject | undefined> {
  readonly #context: WebhookContext
  readonly #registered: RegisteredWebhooks

  constructor(context: WebhookContext) {
    this.#context = context
    this.#registered = new RegisteredWebhooks(context.store, table)
  }

  get isIdle(): boolean {
    return this.#registered.isEmpty
  }

  *review(write: Write): Verb<KubeObject | undefined> {
    if (isExempt(write)) return write.object
    const webhooks = this.#registered.all
    const first: Round = { only: undefined, asked: new Set(), again: new Set() }
    const object = yield* this.#round(webhooks, write, first)
    if (first.again.size === 0) return object
    const second: Round = { only: first.again, asked: new Set(), again: new Set() }
    return yield* this.#round(webhooks, { ...write, object }, second)
  }

  stop(): void {
    this.#registered.stop()
  }

  *#round(webhooks: readonly Webhook[], write: Write, round: Round): Verb<KubeObject | undefined> {
    let { object } = write
    for (const webhook of webhooks) {
      const invocation = yield* invocationOf(webhook, { ...write, object }, this.#context)
      if (invocation === undefined || round.only?.has(webhook.id) === false) continue
      const changed = yield* this.#asked(invocation)
      if (changed !== undefined) {
        object = changed
        for (const id of round.asked) round.again.add(id)
        round.asked.clear()
      }
      if (webhook.isReinvoked) round.asked.add(webhook.id)
    }
    return object
  }

  /** The object as a webhook changes it; undefined when it does not, or when its failure is ignored. */
  *#asked(invocation: Invocation): Verb<KubeObject | undefined> {
    const { webhook, resource, write } = invocation
    try {
      const request = admissionRequestOf(write, resource)
      const answer = yield* answerOf(askWebhook(webhook, request, this.#context.network))
      for (const warning of answer.warnings) write.options.warn(warning)
      if (!answer.isAllowed) throw denial(webhook.name, answer.result)
      if (answer.patch !== '' && answer.patchType !== 'JSONPatch')
        throw new WebhookError(webhook.name, `unsupported patch type ${JSON.stringify(answer.patchType)}`)
      return yield* this.#patched(invocation, answer)
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error
      if (webhook.isIgnored) return undefined
      throw failedCall(error.message)
    }
  }

  /** The object after a patch, in the version of the request; undefined when that changed nothing. */
  *#patched({ webhook, resource, write }: Invocation, { patch }: ReviewAnswer): Verb<KubeObject | undefined> {
    if (patch === '') return undefined
    const operations = operationsOf(webhook, patch)
    if (operations.length === 0) return undefined
    const { object, target } = write
    if (object === undefined)
      throw internalError(
        `admission webhook ${JSON.stringify(webhook.name)} attempted to modify the object, which is not supported for this operation`,
      )
    const kind = kindOf(resource, target.subresource)
    const before = labelled(kind, object)
    const after = decodedPatched(resource, target.subresource, patchedBy(before, operations))
    // any patch of a built-in object counts as a change
    if (resource.isCustom && jsonEqual(before, after)) return undefined
    return target.subresource === 'scale' ? after : yield* inVersion(after, resource, target.resource)
  }
}

const operationsOf = ({ name }: Webhook, patch: string): readonly unknown[] => {
  try {
    return readOperations(Buffer.from(patch), false).patch
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new WebhookError(name, `received undecodable patch in webhook response: ${why}`)
  }
}

const patchedBy = (object: KubeObject, operations: readonly unknown[]): Record<string, unknown> => {
  try {
    const patched = jsonPatch(object, operations)
    if (isJsonObject(patched)) return patched
  } catch (error) {
    throw internalError(error instanceof Error ? error.message : String(error))
  }
  throw internalError('the patched object is no object')
}
