import type {
  V1MatchCondition,
  V1MutatingWebhook,
  V1MutatingWebhookConfiguration,
  V1ValidatingWebhookConfiguration,
} from '@kubernetes/client-node'
import { agentPolicies, contract, kinds } from '@odfmo/api-types'
import { baseNamespace, components, selectorOf } from '../names.ts'

const { webhook } = contract

/** True of what creates a MirrorPeer or changes its spec. What may be missing is asked for, as an error would refuse. */
const specMatters =
  "request.operation == 'CREATE' || !(has(object.spec) && has(oldObject.spec) && object.spec == oldObject.spec)"

/** As the policies have it: who is an agent is said once. */
const byAgent = (): string => {
  const conditions = agentPolicies.flatMap(({ spec }) =>
    spec !== undefined && 'matchConditions' in spec ? (spec.matchConditions ?? []) : [],
  )
  const isAgent = conditions.find(({ name }) => name === 'is-agent')
  if (isAgent === undefined) throw new Error('no policy of @odfmo/api-types has the match condition is-agent')
  return isAgent.expression
}

/** Deletion is not registered: it could only be kept from happening. Neither is `status`. */
const asked = (
  name: string,
  path: string,
  matchConditions: V1MatchCondition[],
): Omit<V1MutatingWebhook, 'reinvocationPolicy'> => ({
  name,
  clientConfig: { service: { name: components.webhook, namespace: baseNamespace, path, port: 443 } },
  rules: [
    {
      apiGroups: [contract.group],
      apiVersions: [contract.version],
      resources: [kinds.MirrorPeer.plural],
      operations: ['CREATE', 'UPDATE'],
      scope: 'Cluster',
    },
  ],
  matchConditions,
  matchPolicy: 'Equivalent',
  failurePolicy: 'Fail',
  sideEffects: 'None',
  admissionReviewVersions: ['v1', 'v1beta1'],
  // It answers within milliseconds; a replica that is gone costs no more than this.
  timeoutSeconds: 5,
})

const metadata = () => ({ name: components.webhook, labels: selectorOf(components.webhook) })

const mutating: V1MutatingWebhookConfiguration = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: metadata(),
  webhooks: [
    asked(webhook.mutatingName, webhook.mutatePath, [{ name: 'spec-matters', expression: specMatters }]),
  ],
}

const validating: V1ValidatingWebhookConfiguration = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: metadata(),
  webhooks: [
    asked(webhook.validatingName, webhook.validatePath, [
      { name: 'spec-matters-or-by-agent', expression: `${specMatters} || (${byAgent()})` },
    ]),
  ],
}

/**
 * A change of metadata alone passes without a call, so that finalizers come off while no webhook answers; but not an
 * agent's, whose changes of metadata are what the webhook is there to judge (docs/decisions/0020).
 */
export const webhookConfigurations = [mutating, validating] as const
