import type { V1Deployment, V1MutatingWebhook } from '@kubernetes/client-node'
import type { PolicyRule } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { ServiceFacts } from '../../service-facts.ts'
import { imageOf, operandImages } from '../images.ts'
import { csvName, maturityOf, type Release } from '../release.ts'
import { annotationsOf } from './annotations.ts'
import { description, displayName } from './description.ts'
import { icon } from './icon.ts'
import { installStrategy } from './install-strategy.ts'
import { ownedDefinition, type OwnedDefinition } from './owned-definition.ts'
import { webhookDefinitions } from './webhook-definitions.ts'

/** What an account may do. */
export interface Permissions {
  readonly serviceAccountName: string
  readonly rules: readonly PolicyRule[]
}

/** operators.coreos.com/v1alpha1 StrategyDetailsDeployment. */
export interface InstallStrategy {
  readonly deployments: readonly {
    readonly name: string
    readonly label: Readonly<Record<string, string>>
    readonly spec: NonNullable<V1Deployment['spec']>
  }[]
  /** In the namespace of the installation. */
  readonly permissions: readonly Permissions[]
  readonly clusterPermissions: readonly Permissions[]
}

/** operators.coreos.com/v1alpha1 WebhookDescription. */
export interface WebhookDefinition extends Pick<
  V1MutatingWebhook,
  | 'rules'
  | 'failurePolicy'
  | 'matchPolicy'
  | 'sideEffects'
  | 'timeoutSeconds'
  | 'admissionReviewVersions'
  | 'reinvocationPolicy'
> {
  readonly generateName: string
  readonly type: 'MutatingAdmissionWebhook' | 'ValidatingAdmissionWebhook'
  readonly deploymentName: string
  /** Of the Service. */
  readonly containerPort: number
  /** Of the container. */
  readonly targetPort: number
  readonly webhookPath: string
}

/** operators.coreos.com/v1alpha1 ClusterServiceVersion, as far as it is used here. */
export interface ClusterServiceVersion extends KubeObject {
  readonly spec: {
    readonly displayName: string
    readonly description: string
    readonly version: string
    readonly replaces?: string
    readonly maturity: string
    readonly minKubeVersion: string
    readonly keywords: readonly string[]
    readonly provider: { readonly name: string }
    readonly maintainers: readonly { readonly name: string; readonly email: string }[]
    readonly links: readonly { readonly name: string; readonly url: string }[]
    readonly icon: readonly { readonly base64data: string; readonly mediatype: string }[]
    readonly installModes: readonly { readonly type: string; readonly supported: boolean }[]
    readonly customresourcedefinitions: { readonly owned: readonly OwnedDefinition[] }
    readonly install: { readonly strategy: 'deployment'; readonly spec: InstallStrategy }
    readonly webhookdefinitions: readonly WebhookDefinition[]
    readonly relatedImages: readonly { readonly name: string; readonly image: string }[]
  }
}

/**
 * AllNamespaces, as Ramen's hub operator is installed in `openshift-operators`, whose group is of that mode, and the hub
 * controller works in Ramen's namespace. OwnNamespace for a Ramen elsewhere: OLM grants the rights of `permissions` in that
 * namespace only, and on the whole cluster in the other mode. What is done is the same: MirrorPeers belong to no namespace.
 */
const installModes = [
  { type: 'OwnNamespace', supported: true },
  { type: 'SingleNamespace', supported: false },
  { type: 'MultiNamespace', supported: false },
  { type: 'AllNamespaces', supported: true },
]

/** Where these run, the images have to too. */
const architectures = ['amd64', 'arm64']

/** What OLM installs, and what catalogs show of it. */
export const clusterServiceVersion = (facts: ServiceFacts, release: Release): ClusterServiceVersion => ({
  apiVersion: 'operators.coreos.com/v1alpha1',
  kind: 'ClusterServiceVersion',
  metadata: {
    name: csvName(release.version),
    annotations: annotationsOf(release),
    labels: Object.fromEntries([
      ...architectures.map((name) => [`operatorframework.io/arch.${name}`, 'supported'] as const),
      ['operatorframework.io/os.linux', 'supported'] as const,
    ]),
  },
  spec: {
    displayName,
    description,
    version: release.version,
    ...(release.previous === undefined ? {} : { replaces: csvName(release.previous) }),
    maturity: maturityOf(release),
    minKubeVersion: '1.30.0',
    keywords: ['odf', 'multicluster', 'disaster recovery', 'storage', 'ramen', 'open cluster management'],
    provider: { name: 'odfmo' },
    maintainers: [{ name: 'odfmo maintainers', email: 'maintainers@example.com' }],
    links: [{ name: 'Documentation', url: 'https://example.com/odfmo' }],
    icon: [icon],
    installModes,
    customresourcedefinitions: { owned: [ownedDefinition] },
    install: { strategy: 'deployment', spec: installStrategy(facts, release) },
    webhookdefinitions: webhookDefinitions,
    relatedImages: operandImages.map((name) => ({
      name: name.replace('odfmo-', ''),
      image: imageOf(name, release),
    })),
  },
})
