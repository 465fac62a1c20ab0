import { agentPolicies } from '@odfmo/api-types'
import { kustomization } from '../kustomize/kustomization.ts'
import { baseNamespace } from '../names.ts'
import { metricsIngress, networkPolicies } from '../objects/network-policies.ts'
import { yamlFile, type GeneratedFile } from '../yaml-file.ts'

/**
 * What no bundle may have: OLM takes no policies at all, and one of before 2025 refuses a bundle with network policies as a
 * whole. Applied by hand, beside the subscription.
 */
export function besideFiles(): readonly GeneratedFile[] {
  const resources = ['admission-policies.yaml', 'network-policies.yaml']
  return [
    yamlFile('olm/beside/admission-policies.yaml', '@odfmo/api-types: agentPolicies', agentPolicies),
    yamlFile('olm/beside/network-policies.yaml', 'tools/generate/objects/network-policies.ts', [
      ...networkPolicies,
      metricsIngress,
    ]),
    yamlFile('olm/beside/kustomization.yaml', 'tools/generate/olm', [
      kustomization({ namespace: baseNamespace, resources }),
    ]),
  ]
}
