import { forbiddenField, invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { listAt, recordAt, textAt } from '../kube-object.ts'
import { labelValueProblems, qualifiedNameProblems } from './label-syntax.ts'

const expressionErrors = (expression: unknown, path: string): FieldError[] => {
  const operator = textAt(expression, 'operator')
  const key = textAt(expression, 'key')
  const values = listAt(expression, 'values')
  const errors: FieldError[] = []
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0)
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0)
        errors.push(
          forbiddenField(
            `${path}.values`,
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
          ),
        )
      break
    default:
      errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'))
  }
  errors.push(...qualifiedNameProblems(key).map((problem) => invalid(`${path}.key`, key, problem)))
  for (const [at, value] of values.entries()) {
    const problems = typeof value === 'string' ? labelValueProblems(value) : []
    errors.push(...problems.map((problem) => invalid(`${path}.values[${at}]`, value, problem)))
  }
  return errors
}

/** What is wrong with a `metav1.LabelSelector`. */
export const selectorErrors = (selector: unknown, path: string): FieldError[] => [
  ...Object.entries(recordAt(selector, 'matchLabels')).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((problem) => invalid(`${path}.matchLabels`, key, problem)),
    ...(typeof value === 'string' ? labelValueProblems(value) : []).map((problem) =>
      invalid(`${path}.matchLabels`, value, problem),
    ),
  ]),
  ...listAt(selector, 'matchExpressions').flatMap((expression, at) =>
    expressionErrors(expression, `${path}.matchExpressions[${at}]`),
  ),
]
