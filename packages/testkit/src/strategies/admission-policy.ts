import { isJsonObject, recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { bindingErrors } from './admission-binding-errors.ts'
import { policyErrors, policyStatusErrors } from './admission-policy-errors.ts'
import { fillMatchResources } from './match-resource-errors.ts'

const fillMatch = (object: KubeObject, field: string): void => {
  const match = recordAt(object, 'spec')[field]
  if (isJsonObject(match)) fillMatchResources(match)
}

/** What keeps a ValidatingAdmissionPolicy from being one is found when it is written, its expressions compiled. */
export const admissionPolicyStrategy: Strategy = {
  conditionalUpdate: true,
  statusLeavesMetadata: true,
  setDefaults(policy) {
    if (isJsonObject(policy['spec'])) policy['spec']['failurePolicy'] ??= 'Fail'
    else policy['spec'] = { failurePolicy: 'Fail' }
    fillMatch(policy, 'matchConstraints')
  },
  validateCreate: (policy) => policyErrors(policy),
  validateUpdate: (policy, old, { subresource }) =>
    subresource === 'status' ? policyStatusErrors(policy) : policyErrors(policy, old),
}

export const admissionBindingStrategy: Strategy = {
  conditionalUpdate: true,
  setDefaults: (binding) => fillMatch(binding, 'matchResources'),
  validateCreate: bindingErrors,
  validateUpdate: (binding) => bindingErrors(binding),
}
