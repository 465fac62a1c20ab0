import { immutable, invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, jsonEqual, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { podTemplateErrors } from './pod-errors.ts'

const negativeError = (field: string, value: unknown): FieldError[] =>
  typeof value === 'number' && value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : []

const isExpressionTrue = (expression: unknown, labels: Readonly<Record<string, unknown>>): boolean => {
  const value = labels[textAt(expression, 'key')]
  const values = listAt(expression, 'values')
  switch (textAt(expression, 'operator')) {
    case 'In':
      return values.includes(value)
    case 'NotIn':
      return !values.includes(value)
    case 'Exists':
      return value !== undefined
    default:
      return value === undefined
  }
}

const matches = (selector: unknown, labels: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(recordAt(selector, 'matchLabels')).every(([key, value]) => labels[key] === value) &&
  listAt(selector, 'matchExpressions').every((expression) => isExpressionTrue(expression, labels))

const isEmptySelector = (selector: unknown): boolean =>
  Object.keys(recordAt(selector, 'matchLabels')).length === 0 &&
  listAt(selector, 'matchExpressions').length === 0

/** What is wrong with the spec of a workload with a pod template; `named` is how messages call its kind. */
export const workloadErrors = (workload: KubeObject, named: string): FieldError[] => {
  const spec = recordAt(workload, 'spec')
  const { selector } = spec
  const template = recordAt(spec, 'template')
  const labels = recordAt(template, 'metadata')['labels']
  const errors: FieldError[] = negativeError('spec.replicas', spec['replicas'])
  if (!isJsonObject(selector)) errors.push(required('spec.selector'))
  else if (isEmptySelector(selector))
    errors.push(invalid('spec.selector', {}, `empty selector is invalid for ${named}`))
  const isSelected =
    isJsonObject(selector) && (isEmptySelector(selector) || matches(selector, recordAt(labels)))
  if (!isSelected)
    errors.push(
      invalid('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`'),
    )
  return [...errors, ...podTemplateErrors(template, 'spec.template')]
}

/** The selector of a workload stays as it is. */
export const selectorErrors = (workload: KubeObject, old: KubeObject): FieldError[] => {
  const { selector } = recordAt(workload, 'spec')
  return jsonEqual(selector, recordAt(old, 'spec')['selector']) ? [] : [immutable('spec.selector', selector)]
}

const counts = ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas']

const numberAt = (status: Record<string, unknown>, field: string): number => Number(status[field] ?? 0)

/** What is wrong with the counts of a Deployment's status. */
export const deploymentStatusErrors = ({ status }: KubeObject): FieldError[] => {
  const fields = recordAt(status)
  const all = numberAt(fields, 'replicas')
  const more = ['updatedReplicas', 'readyReplicas', 'availableReplicas'].filter(
    (field) => numberAt(fields, field) > all,
  )
  const available = numberAt(fields, 'availableReplicas')
  return [
    ...['observedGeneration', ...counts].flatMap((field) => negativeError(`status.${field}`, fields[field])),
    ...more.map((field) =>
      invalid(`status.${field}`, numberAt(fields, field), 'cannot be greater than status.replicas'),
    ),
    ...(available > numberAt(fields, 'readyReplicas')
      ? [invalid('status.availableReplicas', available, 'cannot be greater than readyReplicas')]
      : []),
  ]
}
