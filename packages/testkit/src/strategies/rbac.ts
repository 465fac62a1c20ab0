import { immutable, notSupported, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { jsonEqual, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { pathSegmentProblems } from '../verbs/names.ts'

const rbacGroup = 'rbac.authorization.k8s.io'

const ruleErrors = (role: KubeObject): FieldError[] =>
  listAt(role, 'rules').flatMap((rule, at) => {
    const path = `rules[${at}]`
    const errors: FieldError[] = []
    if (listAt(rule, 'verbs').length === 0)
      errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'))
    if (listAt(rule, 'nonResourceURLs').length > 0) return errors
    if (listAt(rule, 'apiGroups').length === 0)
      errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'))
    if (listAt(rule, 'resources').length === 0)
      errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'))
    return errors
  })

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

const bindingErrors = (binding: KubeObject): FieldError[] => {
  const errors: FieldError[] = []
  const kinds = binding.kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole']
  const kind = textAt(binding, 'roleRef', 'kind')
  if (textAt(binding, 'roleRef', 'apiGroup') !== rbacGroup) {
    errors.push(notSupported('roleRef.apiGroup', textAt(binding, 'roleRef', 'apiGroup'), [rbacGroup]))
  }
  if (!kinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, kinds))
  if (textAt(binding, 'roleRef', 'name') === '') errors.push(required('roleRef.name'))
  for (const [at, subject] of listAt(binding, 'subjects').entries()) {
    const path = `subjects[${at}]`
    if (textAt(subject, 'name') === '') errors.push(required(`${path}.name`))
    const subjectKind = textAt(subject, 'kind')
    if (!['ServiceAccount', 'User', 'Group'].includes(subjectKind)) {
      errors.push(notSupported(`${path}.kind`, subjectKind, ['ServiceAccount', 'User', 'Group']))
    }
    if (
      subjectKind === 'ServiceAccount' &&
      textAt(subject, 'namespace') === '' &&
      binding.kind === 'ClusterRoleBinding'
    ) {
      errors.push(required(`${path}.namespace`))
    }
  }
  return errors
}

const keepRules = (role: KubeObject): void => {
  role['rules'] ??= null
}

export const roleStrategy: Strategy = {
  validateName: pathSegmentProblems,
  createOnUpdate: true,
  prepareCreate: keepRules,
  prepareUpdate: keepRules,
  validateCreate: ruleErrors,
  validateUpdate: ruleErrors,
}

export const roleBindingStrategy: Strategy = {
  validateName: pathSegmentProblems,
  createOnUpdate: true,
  prepareCreate: withDefaults,
  prepareUpdate: withDefaults,
  validateCreate: bindingErrors,
  validateUpdate: (binding, old) =>
    jsonEqual(binding['roleRef'], old['roleRef'])
      ? bindingErrors(binding)
      : [
          {
            ...immutable('roleRef', binding['roleRef']),
            message: `Invalid value: ${goRoleRef(binding)}: cannot change roleRef`,
          },
        ],
}

/** A role reference as the real message prints it. */
const goRoleRef = (binding: KubeObject): string => {
  const ref = recordAt(binding, 'roleRef')
  return `rbac.RoleRef{APIGroup:${JSON.stringify(textAt(ref, 'apiGroup'))}, Kind:${JSON.stringify(textAt(ref, 'kind'))}, Name:${JSON.stringify(textAt(ref, 'name'))}}`
}
