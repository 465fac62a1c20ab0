import type { LabelSelector } from './apps.ts'
import type { KubeObject } from '../meta.ts'

/** admissionregistration.k8s.io/v1 NamedRuleWithOperations. */
export interface NamedRuleWithOperations {
  readonly apiGroups: readonly string[]
  readonly apiVersions: readonly string[]
  readonly operations: readonly ('CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT' | '*')[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly scope?: 'Cluster' | 'Namespaced' | '*'
}

/** admissionregistration.k8s.io/v1 MatchResources. */
export interface MatchResources {
  readonly resourceRules?: readonly NamedRuleWithOperations[]
  readonly excludeResourceRules?: readonly NamedRuleWithOperations[]
  readonly matchPolicy?: 'Exact' | 'Equivalent'
  readonly namespaceSelector?: LabelSelector
  readonly objectSelector?: LabelSelector
}

/** A CEL expression with a name: admissionregistration.k8s.io/v1 MatchCondition and Variable. */
export interface NamedExpression {
  readonly name: string
  readonly expression: string
}

/** admissionregistration.k8s.io/v1 Validation. */
export interface PolicyValidation {
  readonly expression: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: 'Unauthorized' | 'Forbidden' | 'Invalid' | 'RequestEntityTooLarge'
}

/** admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy. */
export interface ValidatingAdmissionPolicy extends KubeObject {
  readonly spec: {
    readonly failurePolicy?: 'Fail' | 'Ignore'
    readonly matchConstraints: MatchResources
    readonly matchConditions?: readonly NamedExpression[]
    readonly variables?: readonly NamedExpression[]
    readonly validations: readonly PolicyValidation[]
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly typeChecking?: {
      readonly expressionWarnings?: readonly { readonly fieldRef: string; readonly warning: string }[]
    }
  }
}

/** admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding. */
export interface ValidatingAdmissionPolicyBinding extends KubeObject {
  readonly spec: {
    readonly policyName: string
    readonly validationActions: readonly ('Deny' | 'Warn' | 'Audit')[]
    readonly matchResources?: MatchResources
  }
}
