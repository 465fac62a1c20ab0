import { agentPolicies, mirrorPeerCrd } from '@odfmo/api-types'
import { hubController } from '../objects/hub-controller.ts'
import { networkPolicies } from '../objects/network-policies.ts'
import { webhook } from '../objects/webhook.ts'
import { webhookConfigurations } from '../objects/webhook-configurations.ts'
import type { ServiceFacts } from '../service-facts.ts'
import { yamlFile, type GeneratedFile } from '../yaml-file.ts'
import { kustomization } from './kustomization.ts'

/**
 * Overlays of overlays too: `images:` also means the image that the hub controller gives to the agents, which stands in a
 * variable.
 */
const imagesInVariables = {
  images: [{ path: 'spec/template/spec/containers[]/env[]/value', kind: 'Deployment' }],
}

/** `deploy/base`: everything that every installation has. */
export function baseFiles({ hubController: { rbac } }: ServiceFacts): readonly GeneratedFile[] {
  const resources = [
    yamlFile('base/crd.yaml', '@odfmo/api-types: mirrorPeerCrd', [mirrorPeerCrd]),
    yamlFile('base/admission-policies.yaml', '@odfmo/api-types: agentPolicies', agentPolicies),
    yamlFile('base/hub-controller-rbac.yaml', 'packages/hub-controller/src/rbac.ts', rbac),
    yamlFile('base/hub-controller.yaml', 'tools/generate/objects/hub-controller.ts', hubController),
    yamlFile('base/webhook.yaml', 'tools/generate/objects/webhook.ts', webhook),
    yamlFile(
      'base/webhook-configurations.yaml',
      'tools/generate/objects/webhook-configurations.ts',
      webhookConfigurations,
    ),
    yamlFile('base/network-policies.yaml', 'tools/generate/objects/network-policies.ts', networkPolicies),
  ]
  const source = 'tools/generate/kustomize/base.ts'
  return [
    ...resources,
    yamlFile('base/images-in-variables.yaml', source, [imagesInVariables]),
    yamlFile('base/kustomization.yaml', source, [
      kustomization({
        resources: resources.map(({ file }) => file.replace('deploy/base/', '')),
        configurations: ['images-in-variables.yaml'],
      }),
    ]),
  ]
}
