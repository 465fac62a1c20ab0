import { duplicate, forbiddenField, invalid, notSupported, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { selectorErrors } from '../selectors/selector-errors.ts'
import { pathSegmentProblems, subdomainProblems } from '../verbs/names.ts'
import { matchResourceErrors } from './match-resource-errors.ts'

const validationActions = ['Audit', 'Deny', 'Warn']
const notFoundActions = ['Deny', 'Allow']
const exclusive = 'name and selector are mutually exclusive'

const paramRefErrors = (ref: Record<string, unknown>, path: string): FieldError[] => {
  const name = textAt(ref, 'name')
  const action = textAt(ref, 'parameterNotFoundAction')
  const { selector } = ref
  const errors: FieldError[] = []
  if (name !== '') {
    errors.push(...pathSegmentProblems(name).map((problem) => invalid(`${path}.name`, name, problem)))
    if (isJsonObject(selector)) errors.push(forbiddenField(`${path}.name`, exclusive))
  }
  if (isJsonObject(selector)) {
    errors.push(...selectorErrors(selector, `${path}.selector`))
    if (name !== '') errors.push(forbiddenField(`${path}.selector`, exclusive))
  } else if (name === '') errors.push(required(path, 'one of name or selector must be specified'))
  if (action === '') errors.push(required(`${path}.parameterNotFoundAction`))
  else if (!notFoundActions.includes(action))
    errors.push(notSupported(`${path}.parameterNotFoundAction`, action, notFoundActions))
  return errors
}

const actionErrors = (actions: readonly unknown[], path: string): FieldError[] => {
  const errors = actions.flatMap((action, at) => [
    ...(validationActions.includes(String(action))
      ? []
      : [notSupported(`${path}[${at}]`, action, validationActions)]),
    ...(actions.indexOf(action) < at ? [duplicate(`${path}[${at}]`, action)] : []),
  ])
  if (actions.includes('Deny') && actions.includes('Warn'))
    errors.push(
      invalid(
        path,
        actions,
        'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ),
    )
  if (actions.length === 0) errors.push(required(path, 'at least one validation action is required'))
  return errors
}

/** What is wrong with a ValidatingAdmissionPolicyBinding. */
export const bindingErrors = (binding: KubeObject): FieldError[] => {
  const spec = recordAt(binding, 'spec')
  const policyName = textAt(spec, 'policyName')
  const { paramRef, matchResources } = spec
  return [
    ...(policyName === ''
      ? [required('spec.policyName')]
      : subdomainProblems(policyName).map((problem) => invalid('spec.policyName', policyName, problem))),
    ...(isJsonObject(paramRef) ? paramRefErrors(paramRef, 'spec.paramRef') : []),
    ...(isJsonObject(matchResources) ? matchResourceErrors(matchResources, 'spec.matchResources') : []),
    ...actionErrors(listAt(spec, 'validationActions'), 'spec.validationActions'),
  ]
}
