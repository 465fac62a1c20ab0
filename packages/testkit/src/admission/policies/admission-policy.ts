import { dynType } from '../../cel/cel-type.ts'
import type { CelType } from '../../cel/cel-type.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../../kube-object.ts'
import type { KubeObject } from '../../kube-object.ts'
import { compileExpression } from './expressions.ts'
import type { CompiledExpression, Wanted } from './expressions.ts'
import { compileConditions } from './match-conditions.ts'
import type { CompiledCondition } from './match-conditions.ts'

export interface Expression {
  readonly text: string
  readonly compiled: CompiledExpression
}

export interface NamedExpression extends Expression {
  readonly name: string
}

export interface Validation extends Expression {
  readonly message: string
  readonly messageExpression: Expression | undefined
  /** Of the Status that a request is refused with. */
  readonly reason: string
}

export interface ParamKind {
  readonly apiVersion: string
  readonly kind: string
}

/** A ValidatingAdmissionPolicy, its expressions compiled. */
export interface AdmissionPolicy {
  readonly name: string
  readonly isIgnored: boolean
  readonly paramKind: ParamKind | undefined
  readonly matchConstraints: unknown
  readonly conditions: readonly CompiledCondition[]
  readonly variables: readonly NamedExpression[]
  readonly validations: readonly Validation[]
  /** Their names are the keys. */
  readonly annotations: readonly NamedExpression[]
}

const paramKindOf = (spec: unknown): ParamKind | undefined => {
  const { paramKind } = recordAt(spec)
  return isJsonObject(paramKind)
    ? { apiVersion: textAt(paramKind, 'apiVersion'), kind: textAt(paramKind, 'kind') }
    : undefined
}

/** Compiles a policy. What is wrong in it is told when a request needs it. */
export const readPolicy = (policy: KubeObject): AdmissionPolicy => {
  const spec = recordAt(policy, 'spec')
  const paramKind = paramKindOf(spec)
  const variables = new Map<string, CelType>()
  const compiled = (text: string, wanted: Wanted, hasAuthorizer = true): Expression => ({
    text,
    compiled: compileExpression(text, wanted, {
      hasParams: paramKind !== undefined,
      hasAuthorizer,
      variables: new Map(variables),
    }),
  })
  const named = listAt(spec, 'variables').map((variable): NamedExpression => {
    const name = textAt(variable, 'name')
    const expression = compiled(textAt(variable, 'expression'), 'any')
    variables.set(name, expression.compiled.kind === 'compiled' ? expression.compiled.type : dynType)
    return { name, ...expression }
  })
  const conditions = listAt(spec, 'matchConditions').map((condition) => ({
    name: textAt(condition, 'name'),
    expression: textAt(condition, 'expression'),
  }))
  return {
    name: policy.metadata.name ?? '',
    isIgnored: textAt(spec, 'failurePolicy') === 'Ignore',
    paramKind,
    matchConstraints: spec['matchConstraints'],
    conditions: compileConditions(conditions, {
      hasParams: paramKind !== undefined,
      hasAuthorizer: true,
      variables,
    }),
    variables: named,
    validations: listAt(spec, 'validations').map((validation) => {
      const messageExpression = textAt(validation, 'messageExpression')
      return {
        ...compiled(textAt(validation, 'expression'), 'bool'),
        message: textAt(validation, 'message').trim(),
        messageExpression:
          messageExpression === '' ? undefined : compiled(messageExpression, 'string', false),
        reason: textAt(validation, 'reason') || 'Invalid',
      }
    }),
    annotations: listAt(spec, 'auditAnnotations').map((annotation) => ({
      name: textAt(annotation, 'key'),
      ...compiled(textAt(annotation, 'valueExpression'), 'string or null'),
    })),
  }
}

/** A ValidatingAdmissionPolicyBinding. */
export interface PolicyBinding {
  readonly name: string
  readonly policyName: string
  /** Undefined when the policy's parameters, if it has any, are not given. */
  readonly paramRef: Readonly<Record<string, unknown>> | undefined
  readonly matchResources: unknown
  readonly actions: readonly string[]
}

export const readBinding = (binding: KubeObject): PolicyBinding => {
  const { paramRef, matchResources } = recordAt(binding, 'spec')
  return {
    name: binding.metadata.name ?? '',
    policyName: textAt(binding, 'spec', 'policyName'),
    paramRef: isJsonObject(paramRef) ? paramRef : undefined,
    matchResources,
    actions: listAt(binding, 'spec', 'validationActions').map(String),
  }
}
