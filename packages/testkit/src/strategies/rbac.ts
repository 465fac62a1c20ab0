import { invalid, notSupported, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, jsonEqual, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { selectorErrors } from '../selectors/selector-errors.ts'
import { pathSegmentProblems, subdomainProblems } from '../verbs/names.ts'

const rbacGroup = 'rbac.authorization.k8s.io'

const ruleErrors = (role: KubeObject): FieldError[] =>
  listAt(role, 'rules').flatMap((rule, at) => {
    const path = `rules[${at}]`
    const urls = listAt(rule, 'nonResourceURLs')
    const groups = listAt(rule, 'apiGroups')
    const resources = listAt(rule, 'resources')
    const names = listAt(rule, 'resourceNames')
    const errors: FieldError[] = []
    if (listAt(rule, 'verbs').length === 0)
      errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'))
    if (urls.length > 0) {
      const wrong = (why: string): FieldError => invalid(`${path}.nonResourceURLs`, urls, why)
      if (role.kind === 'Role') errors.push(wrong('namespaced rules cannot apply to non-resource URLs'))
      if (groups.length + resources.length + names.length > 0)
        errors.push(wrong('rules cannot apply to both regular resources and non-resource URLs'))
      return errors
    }
    if (groups.length === 0)
      errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'))
    if (resources.length === 0)
      errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'))
    return errors
  })

const aggregationErrors = (role: KubeObject): FieldError[] => {
  if (!isJsonObject(role['aggregationRule'])) return []
  const path = 'aggregationRule.clusterRoleSelectors'
  const selectors = listAt(role, 'aggregationRule', 'clusterRoleSelectors')
  if (selectors.length === 0)
    return [required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')]
  return selectors.flatMap((selector, at) => {
    const errors = selectorErrors(selector, `${path}[${at}]`)
    return errors.length === 0 ? [] : [...errors, invalid(`${path}[${at}]`, null, 'invalid label selector.')]
  })
}

const roleErrors = (role: KubeObject): FieldError[] => [...ruleErrors(role), ...aggregationErrors(role)]

/** No rules are stored as nothing, and `rules` is always written. */
const withNullRules = (role: KubeObject): void => {
  if (listAt(role, 'rules').length === 0) role['rules'] = null
}

const withDefaults = (binding: KubeObject): void => {
  const ref = recordAt(binding, 'roleRef')
  if (textAt(ref, 'apiGroup') === '') ref['apiGroup'] = rbacGroup
  binding['roleRef'] = ref
  for (const subject of listAt(binding, 'subjects').map((item) => recordAt(item))) {
    const kind = textAt(subject, 'kind')
    if ((kind === 'User' || kind === 'Group') && textAt(subject, 'apiGroup') === '')
      subject['apiGroup'] = rbacGroup
  }
}

const roleRefErrors = (binding: KubeObject): FieldError[] => {
  const errors: FieldError[] = []
  const kinds = binding.kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole']
  const ref = recordAt(binding, 'roleRef')
  const name = textAt(ref, 'name')
  if (textAt(ref, 'apiGroup') !== rbacGroup)
    errors.push(notSupported('roleRef.apiGroup', textAt(ref, 'apiGroup'), [rbacGroup]))
  if (!kinds.includes(textAt(ref, 'kind')))
    errors.push(notSupported('roleRef.kind', textAt(ref, 'kind'), kinds))
  if (name === '') errors.push(required('roleRef.name'))
  else errors.push(...pathSegmentProblems(name).map((problem) => invalid('roleRef.name', name, problem)))
  return errors
}

const subjectErrors = (subject: unknown, path: string, isClusterWide: boolean): FieldError[] => {
  const name = textAt(subject, 'name')
  const kind = textAt(subject, 'kind')
  const group = textAt(subject, 'apiGroup')
  const errors = name === '' ? [required(`${path}.name`)] : []
  const groupIs = (wanted: string): void => {
    if (group !== wanted) errors.push(notSupported(`${path}.apiGroup`, group, [wanted]))
  }
  switch (kind) {
    case 'ServiceAccount':
      if (name !== '')
        errors.push(...subdomainProblems(name).map((problem) => invalid(`${path}.name`, name, problem)))
      groupIs('')
      if (isClusterWide && textAt(subject, 'namespace') === '') errors.push(required(`${path}.namespace`))
      break
    case 'User':
    case 'Group':
      groupIs(rbacGroup)
      break
    default:
      errors.push(notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group']))
  }
  return errors
}

const bindingErrors = (binding: KubeObject): FieldError[] => [
  ...roleRefErrors(binding),
  ...listAt(binding, 'subjects').flatMap((subject, at) =>
    subjectErrors(subject, `subjects[${at}]`, binding.kind === 'ClusterRoleBinding'),
  ),
]

/** A role reference as messages print it: by the names of the server's own fields. */
const printedRoleRef = (binding: KubeObject): Record<string, string> => {
  const ref = recordAt(binding, 'roleRef')
  return { APIGroup: textAt(ref, 'apiGroup'), Kind: textAt(ref, 'kind'), Name: textAt(ref, 'name') }
}

export const roleStrategy: Strategy = {
  validateName: pathSegmentProblems,
  createOnUpdate: true,
  prepareCreate: withNullRules,
  prepareUpdate: withNullRules,
  validateCreate: roleErrors,
  validateUpdate: roleErrors,
}

export const roleBindingStrategy: Strategy = {
  validateName: pathSegmentProblems,
  createOnUpdate: true,
  setDefaults: withDefaults,
  validateCreate: bindingErrors,
  validateUpdate: (binding, old) => [
    ...bindingErrors(binding),
    ...(jsonEqual(binding['roleRef'], old['roleRef'])
      ? []
      : [invalid('roleRef', printedRoleRef(binding), 'cannot change roleRef')]),
  ],
}
