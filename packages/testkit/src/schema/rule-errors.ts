import { InstantiationError } from '../cel/constants.ts'
import type { CelEnvironment } from '../cel/environment.ts'
import { CompileError } from '../cel/issue.ts'
import { invalid, notSupported, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject } from '../kube-object.ts'
import { ruleEnvironments } from './cel-rules.ts'
import type { StructuralSchema, ValidationRule } from './structural-schema.ts'

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']

/** A rule as the real server prints it. */
const shown = (rule: ValidationRule): object => ({
  Rule: rule.rule,
  Message: rule.message ?? '',
  MessageExpression: rule.messageExpression ?? '',
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? '',
  OptionalOldSelf: rule.optionalOldSelf ?? null,
})

type Problem = { readonly field: 'rule' | 'messageExpression'; readonly message: string }

/** What keeps an expression from being a rule, or the message of one. */
const expressionProblem = (
  text: string,
  environment: CelEnvironment,
  field: Problem['field'],
): Problem | undefined => {
  const isRule = field === 'rule'
  try {
    if (environment.compile(text).type.kind === (isRule ? 'bool' : 'string')) return undefined
    const message = isRule
      ? 'cel expression must evaluate to a bool'
      : 'messageExpression must evaluate to a string'
    return { field, message }
  } catch (error) {
    if (error instanceof InstantiationError)
      return {
        field,
        message: isRule ? error.message : error.message.replace('program', 'messageExpression'),
      }
    if (!(error instanceof CompileError)) throw error
    return { field, message: `${isRule ? '' : 'messageExpression '}compilation failed: ${error.message}` }
  }
}

/** What keeps a rule from being one; undefined when nothing does. */
const ruleProblem = (
  { rule, messageExpression = '', optionalOldSelf }: ValidationRule,
  schema: StructuralSchema,
  isWhole: boolean,
): Problem | undefined => {
  const { plain, optional } = ruleEnvironments(schema, isWhole)
  const environment = optionalOldSelf === true ? optional : plain
  const problem = expressionProblem(rule, environment, 'rule')
  if (problem !== undefined || messageExpression === '') return problem
  return expressionProblem(messageExpression, environment, 'messageExpression')
}

const isPath = (schema: StructuralSchema, fieldPath: string): boolean => {
  let at: StructuralSchema | undefined = schema
  for (const [, dotted, quoted] of fieldPath.matchAll(/\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/g)) {
    const name = dotted ?? quoted ?? ''
    const { properties = {}, additionalProperties }: StructuralSchema = at ?? {}
    at = Object.hasOwn(properties, name)
      ? properties[name]
      : isJsonObject(additionalProperties)
        ? additionalProperties
        : undefined
    if (at === undefined) return false
  }
  return true
}

const messageErrors = ({ message }: ValidationRule, path: string): FieldError[] => {
  if (message === undefined || message === '') return []
  if (message.trim() === '') return [invalid(`${path}.message`, message, 'must be non-empty if specified')]
  return message.trim().includes('\n')
    ? [invalid(`${path}.message`, message.trim(), 'must not contain line breaks')]
    : []
}

/** What is wrong with the rules of a schema. */
export const ruleErrors = (schema: StructuralSchema, schemaPath: string): FieldError[] =>
  (schema['x-kubernetes-validations'] ?? []).flatMap((rule, at) => {
    const path = `${schemaPath}.x-kubernetes-validations[${at}]`
    const { reason, fieldPath = '' } = rule
    const errors: FieldError[] = []
    if ((rule.rule ?? '').trim() === '') errors.push(required(`${path}.rule`, 'rule is not specified'))
    errors.push(...messageErrors(rule, path))
    if (reason !== undefined && !reasons.includes(reason))
      errors.push(notSupported(`${path}.reason`, reason, reasons))
    if (fieldPath !== '' && !isPath(schema, fieldPath))
      errors.push(invalid(`${path}.fieldPath`, fieldPath, 'must be a valid path'))
    if (errors.length > 0) return errors
    const problem = ruleProblem(rule, schema, /(?:^|\.)openAPIV3Schema$/.test(schemaPath))
    return problem === undefined ? [] : [invalid(`${path}.${problem.field}`, shown(rule), problem.message)]
  })
