import { describe, expect, it } from 'vitest'
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '../kinds/admission-policies.ts'
import { mirrorPeerCrd } from '../mirror-peer/mirror-peer-crd.ts'
import { agentPolicies } from './agent-policies.ts'

const policies = agentPolicies.filter(
  ({ kind }) => kind === 'ValidatingAdmissionPolicy',
) as readonly ValidatingAdmissionPolicy[]
const bindings = agentPolicies.filter(
  ({ kind }) => kind === 'ValidatingAdmissionPolicyBinding',
) as readonly ValidatingAdmissionPolicyBinding[]

// What they refuse and what not is tested on API servers: test/agent-*.integration.test.ts.
describe('agentPolicies', () => {
  it('are each bound, refuse, and refuse where they cannot tell', () => {
    expect(bindings.map(({ spec }) => spec.policyName)).toEqual(policies.map(({ metadata }) => metadata.name))
    expect(new Set(bindings.map(({ metadata }) => metadata.name)).size).toBe(3)
    for (const { spec } of bindings) expect(spec).toMatchObject({ validationActions: ['Deny'] })
    for (const { spec } of policies) expect(spec.failurePolicy).toBe('Fail')
  })

  it('compare every field that a spec can have: one that is forgotten could be changed by an agent', () => {
    const fields =
      mirrorPeerCrd.spec.versions[0]?.schema?.openAPIV3Schema?.properties?.['spec']?.properties ?? {}
    const [{ expression } = { expression: '' }] =
      policies[0]?.spec.validations.filter((rule) => rule.messageExpression?.startsWith("'spec:")) ?? []
    const compared = [...expression.matchAll(/\boldObject\.spec\.\?(\w+)/g)].map(([, field]) => field)
    expect(new Set(compared)).toEqual(new Set(Object.keys(fields)))
  })

  it('define each variable that they use, before they use it', () => {
    for (const { spec } of policies) {
      const known = new Set<string>()
      const uses = (expression: string): readonly string[] =>
        [...expression.matchAll(/variables\.(\w+)/g)].flatMap(([, name]) => name ?? [])
      for (const { name, expression } of spec.variables ?? []) {
        expect(uses(expression).filter((one) => !known.has(one))).toEqual([])
        known.add(name)
      }
      for (const { expression, messageExpression = '' } of spec.validations)
        expect(uses(expression + messageExpression).filter((one) => !known.has(one))).toEqual([])
    }
  })
})
