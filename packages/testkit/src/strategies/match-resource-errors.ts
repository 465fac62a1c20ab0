import { duplicate, invalid, notSupported, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { listAt, textAt } from '../kube-object.ts'
import { isJsonObject, recordAt } from '../kube-object.ts'
import { selectorErrors } from '../selectors/selector-errors.ts'
import { pathSegmentProblems } from '../verbs/names.ts'

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const scopes = ['*', 'Cluster', 'Namespaced']

const only = (list: readonly unknown[], path: string, what: string): FieldError[] =>
  list.length > 1 && list.includes('*')
    ? [invalid(path, list, `if '*' is present, must not specify other ${what}`)]
    : []

const resourceErrors = (resources: readonly unknown[], path: string): FieldError[] => {
  if (resources.length === 0) return [required(path)]
  const errors: FieldError[] = []
  const [wholeResources, wholeSubresources] = [new Set<string>(), new Set<string>()]
  let hasPlain = false
  for (const [at, resource] of resources.map(String).entries()) {
    if (resource === '') {
      errors.push(required(`${path}[${at}]`))
      continue
    }
    const [plural = '', subresource] = resource.split('/')
    if (subresource === undefined) {
      // the last one counts
      hasPlain = resource !== '*'
      continue
    }
    if (wholeResources.has(plural))
      errors.push(
        invalid(`${path}[${at}]`, resource, `if '${plural}/*' is present, must not specify ${resource}`),
      )
    if (wholeSubresources.has(subresource))
      errors.push(
        invalid(`${path}[${at}]`, resource, `if '*/${subresource}' is present, must not specify ${resource}`),
      )
    if (subresource === '*') wholeResources.add(plural)
    if (plural === '*') wholeSubresources.add(subresource)
  }
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"))
  if (resources.includes('*') && hasPlain)
    errors.push(
      invalid(path, resources, "if '*' is present, must not specify other resources without subresources"),
    )
  return errors
}

const operationErrors = (list: readonly unknown[], path: string): FieldError[] => [
  ...(list.length === 0 ? [required(path)] : []),
  ...only(list, path, 'operations'),
  ...list.flatMap((operation, at) =>
    operations.includes(String(operation)) ? [] : [notSupported(`${path}[${at}]`, operation, operations)],
  ),
]

const versionErrors = (list: readonly unknown[], path: string): FieldError[] => [
  ...(list.length === 0 ? [required(path)] : []),
  ...only(list, path, 'API versions'),
  ...list.flatMap((version, at) => (version === '' ? [required(`${path}[${at}]`)] : [])),
]

const nameErrors = (names: readonly string[], path: string): FieldError[] =>
  names.flatMap((name, at) => [
    ...pathSegmentProblems(name).map((problem) => invalid(`${path}[${at}]`, name, problem)),
    ...(names.indexOf(name) < at ? [duplicate(`${path}[${at}]`, name)] : []),
  ])

/** What is wrong with a rule about operations and resources, of a policy or a webhook. */
export const ruleErrors = (rule: unknown, path: string): FieldError[] => {
  const groups = listAt(rule, 'apiGroups')
  const scope = textAt(rule, 'scope')
  return [
    ...nameErrors(listAt(rule, 'resourceNames').map(String), `${path}.resourceNames`),
    ...operationErrors(listAt(rule, 'operations'), `${path}.operations`),
    ...(groups.length === 0 ? [required(`${path}.apiGroups`)] : []),
    ...only(groups, `${path}.apiGroups`, 'API groups'),
    ...versionErrors(listAt(rule, 'apiVersions'), `${path}.apiVersions`),
    ...resourceErrors(listAt(rule, 'resources'), `${path}.resources`),
    ...(scope !== '' && !scopes.includes(scope) ? [notSupported(`${path}.scope`, scope, scopes)] : []),
  ]
}

const matchPolicies = ['Equivalent', 'Exact']

/** What is wrong with the `matchConstraints` of a policy or the `matchResources` of a binding. */
export const matchResourceErrors = (match: unknown, path: string): FieldError[] => {
  const matchPolicy = textAt(match, 'matchPolicy')
  return [
    ...(matchPolicies.includes(matchPolicy)
      ? []
      : [notSupported(`${path}.matchPolicy`, matchPolicy, matchPolicies)]),
    ...selectorErrors(recordAt(match, 'namespaceSelector'), `${path}.namespaceSelector`),
    ...selectorErrors(recordAt(match, 'objectSelector'), `${path}.objectSelector`),
    ...['resourceRules', 'excludeResourceRules'].flatMap((field) =>
      listAt(match, field).flatMap((rule, at) => ruleErrors(rule, `${path}.${field}[${at}]`)),
    ),
  ]
}

/** Fills in what a `MatchResources` has when it is left out. */
export const fillMatchResources = (match: Record<string, unknown>): void => {
  match['matchPolicy'] ??= 'Equivalent'
  match['namespaceSelector'] ??= {}
  match['objectSelector'] ??= {}
  for (const field of ['resourceRules', 'excludeResourceRules'])
    for (const rule of listAt(match, field)) if (isJsonObject(rule)) rule['scope'] ??= '*'
}
