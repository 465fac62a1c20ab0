import type { V1Deployment } from '@kubernetes/client-node'
import type { ClusterRole, PolicyRule, Role } from '@odfmo/api-types'
import { components } from '../../names.ts'
import { hubController } from '../../objects/hub-controller.ts'
import { webhook } from '../../objects/webhook.ts'
import type { ServiceFacts } from '../../service-facts.ts'
import { withImages } from '../images.ts'
import type { Release } from '../release.ts'
import type { InstallStrategy } from './cluster-service-version.ts'
import { consoleDeployment } from './console-deployment.ts'
import { olmCertificates } from './webhook-definitions.ts'

/** The Deployments of `deploy/base`, the rights that the services ship, and the console. */
export const installStrategy = (facts: ServiceFacts, release: Release): InstallStrategy => ({
  deployments: [
    deploymentIn(hubController),
    withOlmCertificate(deploymentIn(webhook)),
    consoleDeployment,
  ].map((deployment) => strategyOf(deployment, release)),
  permissions: [
    { serviceAccountName: components.hubController, rules: rulesOf(facts, 'Role') },
    // Makes the account and gives it nothing: a bundle may not have the account of a Deployment as an object.
    { serviceAccountName: components.webhook, rules: [] },
  ],
  clusterPermissions: [
    { serviceAccountName: components.hubController, rules: rulesOf(facts, 'ClusterRole') },
  ],
})

const strategyOf = ({ metadata, spec }: V1Deployment, release: Release) => {
  if (metadata?.name === undefined || spec === undefined) throw new Error('a Deployment without name or spec')
  return { name: metadata.name, label: metadata.labels ?? {}, spec: withImages(spec, release) }
}

const deploymentIn = (objects: readonly object[]): V1Deployment => {
  const found = objects.find((object) => 'kind' in object && object.kind === 'Deployment')
  if (found === undefined) throw new Error('no Deployment among these objects')
  return found
}

/** Told where the certificate is. OLM adds the volume itself. */
const withOlmCertificate = (deployment: V1Deployment): V1Deployment => {
  const { spec } = deployment
  const pod = spec?.template.spec
  if (spec === undefined || pod === undefined) throw new Error('a Deployment without pods')
  const flags = [
    `--tls-cert-file=${olmCertificates}/apiserver.crt`,
    `--tls-key-file=${olmCertificates}/apiserver.key`,
  ]
  const containers = pod.containers.map((container) => ({
    ...container,
    args: [...(container.args ?? []), ...flags],
  }))
  return { ...deployment, spec: { ...spec, template: { ...spec.template, spec: { ...pod, containers } } } }
}

const rulesOf = (
  { hubController: { rbac } }: ServiceFacts,
  kind: 'Role' | 'ClusterRole',
): readonly PolicyRule[] =>
  rbac
    .filter((object) => object.kind === kind)
    .flatMap((object) => (object as Role | ClusterRole).rules ?? [])
