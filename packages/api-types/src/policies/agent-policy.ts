import { apiVersionOf, type Kind } from '../meta.ts'
import { kinds } from '../kinds.ts'
import type {
  NamedExpression,
  NamedRuleWithOperations,
  PolicyValidation,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '../kinds/admission-policies.ts'
import { agentsCluster, agentsClusters, isAgent } from './agent-identity.ts'

/** The hub makes nobody the agent of two: who is one by the name and another by a group has both their rights. */
const ofOneCluster = {
  holds: 'variables.clusters.all(c, c == variables.cluster)',
  else: "'metadata: nobody is the agent of several clusters: ' + ([variables.cluster] + variables.clusters.filter(c, c != variables.cluster)).join(', ')",
}

interface AgentRules {
  /** Of the policy and of its binding. */
  readonly name: string
  readonly kind: Kind
  readonly operations: NamedRuleWithOperations['operations']
  readonly variables?: readonly NamedExpression[]
  /** Expressions that hold, and a CEL text of what is wrong where they do not; `variables.cluster` is the agent's. */
  readonly rules: readonly { readonly holds: string; readonly else: string }[]
}

/** A policy over what agents write, and the binding that makes it refuse: as 403, for it is about who asks. */
export const agentPolicy = ({
  name,
  kind,
  operations,
  variables = [],
  rules,
}: AgentRules): readonly [ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding] => [
  {
    apiVersion: apiVersionOf(kinds.ValidatingAdmissionPolicy),
    kind: kinds.ValidatingAdmissionPolicy.kind,
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        matchPolicy: 'Equivalent',
        resourceRules: [
          {
            apiGroups: [kind.group],
            apiVersions: [kind.version],
            operations,
            resources: [kind.plural],
            scope: kind.namespaced ? 'Namespaced' : 'Cluster',
          },
        ],
      },
      matchConditions: [isAgent],
      variables: [agentsClusters, agentsCluster, ...variables],
      validations: [ofOneCluster, ...rules].map((rule): PolicyValidation => ({
        expression: rule.holds,
        messageExpression: rule.else,
        reason: 'Forbidden',
      })),
    },
  },
  {
    apiVersion: apiVersionOf(kinds.ValidatingAdmissionPolicyBinding),
    kind: kinds.ValidatingAdmissionPolicyBinding.kind,
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  },
]
