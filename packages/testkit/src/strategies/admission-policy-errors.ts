import { compileExpression } from '../admission/policies/expressions.ts'
import type { CompiledExpression, ExpressionPlace, Wanted } from '../admission/policies/expressions.ts'
import { dynType } from '../cel/cel-type.ts'
import type { CelType } from '../cel/cel-type.ts'
import { duplicate, internalFieldError, invalid, notSupported, required, tooMany } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, jsonEqual, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { qualifiedNameProblems } from '../selectors/label-syntax.ts'
import { kindProblems, label1035Problems, subdomainProblems } from '../verbs/names.ts'
import { matchResourceErrors } from './match-resource-errors.ts'

const failurePolicies = ['Fail', 'Ignore']
const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const maxConditions = 64
const maxAnnotations = 20
const maxValueExpressionBytes = 5 * 1_024

const paramKindErrors = (paramKind: unknown, path: string): FieldError[] => {
  const [apiVersion, kind] = [textAt(paramKind, 'apiVersion'), textAt(paramKind, 'kind')]
  const errors: FieldError[] = []
  const parts = apiVersion.split('/')
  if (apiVersion === '') errors.push(required(`${path}.apiVersion`))
  else if (parts.length > 2)
    errors.push(invalid(`${path}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`))
  else {
    const [group, version] = parts.length === 2 ? parts : ['', parts[0]]
    const groupProblems = group === '' || group === undefined ? [] : subdomainProblems(group)
    if (groupProblems.length > 0) errors.push(invalid(`${path}.apiVersion`, group, groupProblems.join(',')))
    const versionProblems = label1035Problems(version ?? '')
    if (version === '') errors.push(invalid(`${path}.apiVersion`, apiVersion, 'version must be specified'))
    else if (versionProblems.length > 0)
      errors.push(invalid(`${path}.apiVersion`, version, versionProblems.join(',')))
  }
  if (kind === '') errors.push(required(`${path}.kind`))
  else errors.push(...kindProblems(kind).map((problem) => invalid(`${path}.kind`, kind, problem)))
  return errors
}

interface Expression {
  readonly text: string
  readonly wanted: Wanted
  readonly place: ExpressionPlace
  readonly path: string
}

const wrong = (
  path: string,
  text: string,
  { message, isInternal }: Extract<CompiledExpression, { kind: 'wrong' }>,
): FieldError => (isInternal ? internalFieldError(path, message) : invalid(path, text, message))

const expressionErrors = ({ text, wanted, place, path }: Expression): FieldError[] => {
  const compiled = compileExpression(text, wanted, place)
  return compiled.kind === 'wrong' ? [wrong(path, text, compiled)] : []
}

const conditionErrors = (condition: unknown, path: string, hasParams: boolean): FieldError[] => {
  const text = textAt(condition, 'expression').trim()
  const name = textAt(condition, 'name')
  const place = { hasParams, hasAuthorizer: true }
  return [
    ...(text === ''
      ? [required(`${path}.expression`)]
      : expressionErrors({ text, wanted: 'bool', place, path: `${path}.expression` })),
    ...(name === ''
      ? [required(`${path}.name`)]
      : qualifiedNameProblems(name).map((problem) => invalid(`${path}.name`, name, problem))),
  ]
}

/** What is wrong with the matchConditions of a policy or a webhook. */
export const matchConditionErrors = (
  conditions: readonly unknown[],
  path: string,
  hasParams = false,
): FieldError[] => {
  const names = conditions.map((condition) => textAt(condition, 'name'))
  return [
    ...(conditions.length > maxConditions ? [tooMany(path, conditions.length, maxConditions)] : []),
    ...conditions.flatMap((condition, at) => [
      ...conditionErrors(condition, `${path}[${at}]`, hasParams),
      ...(names[at] !== '' && names.indexOf(names[at] ?? '') < at
        ? [duplicate(`${path}[${at}].name`, names[at])]
        : []),
    ]),
  ]
}

const reserved: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)

/** Adds the types of variables to `known`, in their order: each may speak of those before it. */
const variableErrors = (
  variables: readonly unknown[],
  known: Map<string, CelType>,
  hasParams: boolean,
): FieldError[] =>
  variables.flatMap((variable, at) => {
    const path = `spec.variables[${at}]`
    const [name, text] = [textAt(variable, 'name'), textAt(variable, 'expression')]
    const errors: FieldError[] = []
    if (name.trim() === '') errors.push(required(`${path}.name`, 'name is not specified'))
    else if (!/^[_a-zA-Z]\w*$/.test(name) || reserved.has(name))
      errors.push(invalid(`${path}.name`, name, 'must be a valid CEL identifier'))
    if (text.trim() === '') return [...errors, required(`${path}.expression`, 'expression is not specified')]
    const place = { hasParams, hasAuthorizer: true, variables: new Map(known) }
    const compiled = compileExpression(text, 'any', place)
    known.set(name, compiled.kind === 'compiled' ? compiled.type : dynType)
    return compiled.kind === 'wrong' ? [...errors, wrong(`${path}.expression`, text, compiled)] : errors
  })

interface Scope {
  readonly hasParams: boolean
  readonly variables?: ReadonlyMap<string, CelType>
}

const validationErrors = (validation: unknown, path: string, scope: Scope): FieldError[] => {
  const [text, message] = [textAt(validation, 'expression'), textAt(validation, 'message')]
  const messageExpression = textAt(validation, 'messageExpression')
  const reason = textAt(validation, 'reason')
  const errors: FieldError[] = []
  if (text.trim() === '') errors.push(required(`${path}.expression`, 'expression is not specified'))
  else {
    const place = { ...scope, hasAuthorizer: true }
    errors.push(...expressionErrors({ text, wanted: 'bool', place, path: `${path}.expression` }))
  }
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.push(invalid(`${path}.messageExpression`, messageExpression, 'must be non-empty if specified'))
  else if (messageExpression !== '') {
    const place = { ...scope, hasAuthorizer: false }
    const at = `${path}.messageExpression`
    errors.push(...expressionErrors({ text: messageExpression, wanted: 'string', place, path: at }))
  }
  if (message !== '' && message.trim() === '')
    errors.push(invalid(`${path}.message`, message, 'must be non-empty if specified'))
  else if (/[\n\r]/.test(message.trim()))
    errors.push(invalid(`${path}.message`, message, 'must not contain line breaks'))
  if (reason !== '' && !reasons.includes(reason)) errors.push(notSupported(`${path}.reason`, reason, reasons))
  return errors
}

const annotationErrors = (annotations: readonly unknown[], policy: string, scope: Scope): FieldError[] => {
  const keys = annotations.map((annotation) => textAt(annotation, 'key'))
  const path = 'spec.auditAnnotations'
  const tooLarge =
    annotations.length > maxAnnotations
      ? [invalid(path, annotations, `must not have more than ${maxAnnotations} auditAnnotations`)]
      : []
  return [
    ...tooLarge,
    ...annotations.flatMap((annotation, at) => {
      const key = keys[at] ?? ''
      const text = textAt(annotation, 'valueExpression')
      const expressionPath = `${path}[${at}].valueExpression`
      const errors: FieldError[] =
        policy === ''
          ? [invalid(`${path}[${at}].key`, key, 'requires metadata.name be non-empty')]
          : qualifiedNameProblems(`${policy}/${key}`).map((problem) =>
              invalid(`${path}[${at}].key`, `${policy}/${key}`, problem),
            )
      if (text.trim() === '') errors.push(required(expressionPath, 'valueExpression is not specified'))
      else if (Buffer.byteLength(text.trim()) > maxValueExpressionBytes)
        errors.push(required(expressionPath, `must not exceed ${maxValueExpressionBytes} bytes in length`))
      else {
        const compiled = compileExpression(text.trim(), 'string or null', { ...scope, hasAuthorizer: true })
        if (compiled.kind === 'wrong') errors.push(wrong(expressionPath, text, compiled))
      }
      if (keys.indexOf(key) < at) errors.push(duplicate(`${path}[${at}].key`, key))
      return errors
    }),
  ]
}

const nothingToDo = 'validations or auditAnnotations must contain at least one item'

/** What is wrong with a ValidatingAdmissionPolicy; `old` is what it replaces. */
export const policyErrors = (policy: KubeObject, old?: KubeObject): FieldError[] => {
  const spec = recordAt(policy, 'spec')
  const { paramKind, matchConstraints } = spec
  const failurePolicy = textAt(spec, 'failurePolicy')
  const [validations, annotations] = [listAt(spec, 'validations'), listAt(spec, 'auditAnnotations')]
  const hasParams = isJsonObject(paramKind)
  const errors: FieldError[] = []
  if (!failurePolicies.includes(failurePolicy))
    errors.push(notSupported('spec.failurePolicy', failurePolicy, failurePolicies))
  if (hasParams) errors.push(...paramKindErrors(paramKind, 'spec.paramKind'))
  if (isJsonObject(matchConstraints)) {
    errors.push(...matchResourceErrors(matchConstraints, 'spec.matchConstraints'))
    if (listAt(matchConstraints, 'resourceRules').length === 0)
      errors.push(required('spec.matchConstraints.resourceRules'))
  } else errors.push(required('spec.matchConstraints'))
  if (!keepsConditions(spec, old))
    errors.push(...matchConditionErrors(listAt(spec, 'matchConditions'), 'spec.matchConditions', hasParams))
  const variables = listAt(spec, 'variables')
  const types = new Map<string, CelType>()
  errors.push(...variableErrors(variables, types, hasParams))
  const scope: Scope = { hasParams, ...(variables.length === 0 ? {} : { variables: types }) }
  if (validations.length === 0 && annotations.length === 0)
    return [
      ...errors,
      required('spec.validations', nothingToDo),
      required('spec.auditAnnotations', nothingToDo),
    ]
  return [
    ...errors,
    ...validations.flatMap((validation, at) =>
      validationErrors(validation, `spec.validations[${at}]`, scope),
    ),
    ...annotationErrors(annotations, policy.metadata.name ?? '', scope),
  ]
}

/** What was valid before is not looked at again. */
const keepsConditions = (spec: Record<string, unknown>, old: KubeObject | undefined): boolean => {
  if (old === undefined) return false
  const before = recordAt(old, 'spec')
  return ['paramKind', 'matchConditions'].every((field) =>
    jsonEqual(spec[field] ?? null, before[field] ?? null),
  )
}

/** What is wrong with the status of a policy. */
export const policyStatusErrors = (policy: KubeObject): FieldError[] =>
  listAt(policy, 'status', 'typeChecking', 'expressionWarnings').flatMap((warning, at) => {
    const path = `status.typeChecking.expressionWarnings[${at}]`
    return [
      ...(textAt(warning, 'warning') === '' ? [required(`${path}.warning`)] : []),
      ...(textAt(warning, 'fieldRef').trim() === '' ? [required(`${path}.fieldRef`)] : []),
    ]
  })
