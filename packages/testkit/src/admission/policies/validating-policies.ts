import { ApiError, forbidden } from '../../api-error.ts'
import type { RoleBook } from '../../auth/role-book.ts'
import { valueOfJson } from '../../cel/cel-value.ts'
import type { KubeObject } from '../../kube-object.ts'
import type { Resource } from '../../resources/resource.ts'
import type { AdmissionStep, Write } from '../../verbs/admission.ts'
import type { Verb } from '../../verbs/verb.ts'
import { namespaceOf } from '../attributes.ts'
import { inVersion } from '../webhook-plugin.ts'
import type { AdmissionPolicy, PolicyBinding } from './admission-policy.ts'
import { PolicyBook } from './policy-book.ts'
import type { BoundPolicy } from './policy-book.ts'
import { denialsOf } from './policy-decision.ts'
import type { Denial } from './policy-decision.ts'
import { inputOf } from './policy-input.ts'
import type { Input } from './policy-input.ts'
import { matchedAs } from './policy-matching.ts'
import type { Surroundings } from './policy-matching.ts'
import { ConfigurationProblem, paramResource, paramsOf } from './policy-params.ts'

/** Kinds about which no policy is asked: whoever breaks policies could not mend them. */
const exempt: ReadonlySet<string> = new Set([
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
])

const isExempt = ({ target: { resource } }: Write): boolean =>
  resource.group === 'admissionregistration.k8s.io' && exempt.has(resource.plural)

interface Refusal {
  readonly policy: AdmissionPolicy
  /** Undefined when the policy itself is the problem. */
  readonly binding: PolicyBinding | undefined
  readonly message: string
  readonly reason: string
}

const codes: Readonly<Record<string, number>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
  Invalid: 422,
}

/** The Status of the first refusal: the others are not told. */
const statusOf = ({ policy, binding, message, reason }: Refusal, { target, object }: Write): ApiError => {
  const by = binding === undefined ? '' : ` with binding '${binding.name}'`
  const text = `ValidatingAdmissionPolicy '${policy.name}'${by} denied request: ${message}`
  const name = target.name || object?.metadata.name || object?.metadata.generateName || 'Unknown'
  const { message: whole, details } = forbidden(target.resource, name, text)
  return new ApiError(codes[reason] ?? 422, reason, whole, { ...details, causes: [{ message: text }] })
}

/** A name that the server made is known by now. */
const withGeneratedName = (write: Write): Write => {
  const { target, object } = write
  const name = target.name || (object?.metadata.name ?? '')
  return name === target.name ? write : { ...write, target: { ...target, name } }
}

/** What the policies have to say about a write so far. */
interface Review {
  readonly refusals: Refusal[]
  /** What their expressions are given, by the resource as which they see the write. */
  readonly inputs: Map<Resource, Input>
}

export interface PolicyContext extends Surroundings {
  readonly roles: RoleBook
}

/** Asks the ValidatingAdmissionPolicies that bindings put in force. */
export class ValidatingPolicies implements AdmissionStep<void> {
  readonly #book: PolicyBook
  readonly #context: PolicyContext

  constructor(context: PolicyContext) {
    this.#book = new PolicyBook(context.store)
    this.#context = context
  }

  get isIdle(): boolean {
    return this.#book.isEmpty
  }

  *review(sent: Write): Verb<void> {
    if (isExempt(sent)) return
    const write = withGeneratedName(sent)
    const refusals: Refusal[] = []
    const inputs = new Map<Resource, Input>()
    for (const bound of this.#book.bound) yield* this.#asked(bound, write, { refusals, inputs })
    const [first] = refusals
    if (first !== undefined) throw statusOf(first, write)
  }

  stop(): void {
    this.#book.stop()
  }

  *#asked({ policy, bindings }: BoundPolicy, write: Write, { refusals, inputs }: Review): Verb<void> {
    const resource = matchedAs(policy.matchConstraints, write, this.#context)
    if (resource === undefined) return
    const misconfigured = (error: unknown, binding?: PolicyBinding): void => {
      if (!(error instanceof ConfigurationProblem)) throw error
      const what = binding === undefined ? 'policy' : 'binding'
      const message = `failed to configure ${what}: ${error.message}`
      if (!policy.isIgnored) refusals.push({ policy, binding, message, reason: 'Invalid' })
    }
    let params: Resource | undefined
    try {
      params = policy.paramKind === undefined ? undefined : paramResource(policy.paramKind, this.#context)
    } catch (error) {
      misconfigured(error)
      return
    }
    for (const binding of bindings) {
      if (matchedAs(binding.matchResources, write, this.#context) === undefined) continue
      try {
        for (const param of paramsOf(params, binding, write, this.#context)) {
          const input = inputs.get(resource) ?? (yield* this.#input(write, resource))
          inputs.set(resource, input)
          refusals.push(...this.#judged(policy, binding, withParams(input, param), write))
        }
      } catch (error) {
        misconfigured(error, binding)
      }
    }
  }

  #judged(policy: AdmissionPolicy, binding: PolicyBinding, input: Input, write: Write): Refusal[] {
    const denials = denialsOf(policy, input)
    const refuses = binding.actions.includes('Deny')
    if (binding.actions.includes('Warn'))
      for (const { message, isAlways } of denials)
        if (!isAlways)
          write.options.warn(
            `Validation failed for ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}': ${message}`,
          )
    return denials
      .filter(({ isAlways }: Denial) => refuses || isAlways)
      .map(({ message, reason }) => ({ policy, binding, message, reason }))
  }

  *#input(write: Write, resource: Resource): Verb<Input> {
    const { target } = write
    const converted =
      resource === target.resource || target.subresource === 'scale'
        ? write
        : {
            ...write,
            object: yield* converse(write.object, target.resource, resource),
            old: yield* converse(write.old, target.resource, resource),
          }
    return inputOf(converted, resource, { roles: this.#context.roles, namespace: this.#namespace(write) })
  }

  #namespace(write: Write): KubeObject | undefined {
    const { group, plural } = write.target.resource
    const namespace = namespaceOf(write)
    if (namespace === '' || (group === '' && plural === 'namespaces')) return undefined
    return this.#context.store.get('/namespaces', '', namespace)?.read()
  }
}

function* converse(
  object: KubeObject | undefined,
  from: Resource,
  to: Resource,
): Verb<KubeObject | undefined> {
  return object === undefined ? undefined : yield* inVersion(structuredClone(object), from, to)
}

const withParams = (input: Input, param: KubeObject | undefined): Input =>
  param === undefined ? input : new Map([...input, ['params', valueOfJson(param)]])
