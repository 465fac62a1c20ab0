import { forbidden, internalError } from '../api-error.ts'
import type { ApiError } from '../api-error.ts'
import type { RoleBook } from '../auth/role-book.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import type { ResourceRegistry } from '../resources/resource-registry.ts'
import type { Store } from '../storage/store.ts'
import type { Write } from '../verbs/admission.ts'
import { canonical } from '../verbs/check-object.ts'
import { fromStored, toStored } from '../verbs/stored-form.ts'
import type { Verb } from '../verbs/verb.ts'
import type { WebhookNetwork } from './ask-webhook.ts'
import { kindOf } from './attributes.ts'
import { askedAs } from './matching.ts'
import { compileConditions, judgeConditions } from './policies/match-conditions.ts'
import type { CompiledCondition } from './policies/match-conditions.ts'
import { inputOf } from './policies/policy-input.ts'
import type { Webhook } from './webhook.ts'

/** What both kinds of webhooks need. */
export interface WebhookContext {
  readonly store: Store
  readonly registry: ResourceRegistry
  readonly network: WebhookNetwork
  readonly roles: RoleBook
}

/** A webhook that is asked about a write, and what it sees. */
export interface Invocation {
  readonly webhook: Webhook
  readonly resource: Resource
  /** With its objects in the version of `resource`. */
  readonly write: Write
}

/** An object of one version of a resource in another. */
export function* inVersion(object: KubeObject, from: Resource, to: Resource): Verb<KubeObject> {
  return from === to ? object : yield* fromStored(to, yield* toStored(from, object))
}

/** A built-in object as its type writes it; before it is prepared it may have less. */
const asWritten = (resource: Resource, subresource: string, object: KubeObject): KubeObject =>
  kindOf(resource, subresource).kind === resource.kind ? canonical(resource, object) : object

function* convertedWrite(write: Write, resource: Resource): Verb<Write> {
  const { old, target } = write
  const object =
    write.object === undefined ? undefined : asWritten(target.resource, target.subresource, write.object)
  if (resource === target.resource || target.subresource === 'scale') return { ...write, object }
  return {
    ...write,
    object:
      object === undefined ? undefined : yield* inVersion(structuredClone(object), target.resource, resource),
    old: old === undefined ? undefined : yield* inVersion(structuredClone(old), target.resource, resource),
  }
}

/** Conditions are compiled when they are first needed. */
const compiled = new WeakMap<Webhook, readonly CompiledCondition[]>()

const conditionsOf = (webhook: Webhook): readonly CompiledCondition[] => {
  const known = compiled.get(webhook) ?? compileConditions(webhook.matchConditions)
  compiled.set(webhook, known)
  return known
}

/** Whether and how a webhook is asked about a write. Throws what it means when that cannot be found out. */
export function* invocationOf(
  webhook: Webhook,
  write: Write,
  { store, registry, roles }: WebhookContext,
): Verb<Invocation | undefined> {
  const resource = askedAs(webhook, write, { store, registry })
  if (resource === undefined) return undefined
  const seen = yield* convertedWrite(write, resource)
  if (webhook.matchConditions.length > 0) {
    const input = inputOf(seen, resource, { roles, namespace: undefined })
    const verdict = judgeConditions(conditionsOf(webhook), input)
    if (verdict.kind === 'failed') {
      if (webhook.isIgnored) return undefined
      throw forbidden(write.target.resource, write.target.name, verdict.message)
    }
    if (verdict.kind === 'passed over') return undefined
  }
  return { webhook, resource, write: seen }
}

/** What a request is refused with when a webhook could not be asked. */
export const failedCall = (message: string): ApiError => internalError(message)
