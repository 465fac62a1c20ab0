import type { Container, Deployment, EnvVar, PodSpec } from '@odfmo/api-types'
import { addOnName, hubKubeconfigSecret, spokeNames } from './agent-names.ts'
import { environmentOf, mirroredImage, resourcesOf, type DeploymentConfig } from './deployment-config.ts'
import { proxyCa, type ProxyCa } from './proxy-ca.ts'

/** What the agent's Deployment is made from, beside its cluster. */
export interface AgentValues {
  /** The agent's image, before registries of the configuration. */
  readonly image: string
  /** Namespace of the StorageCluster that the agent lives beside. */
  readonly installNamespace: string
  readonly mode: string
  /** Where bucket claims go; left out: beside the StorageCluster. */
  readonly odrNamespace?: string | undefined
  readonly config?: DeploymentConfig | undefined
}

const { deployment: name } = spokeNames
const labels = { app: name }
const hubConfigDirectory = '/var/run/hub'
const probePort = 8000

/** Idle it needs under 90 MB; thousands of secrets of one cluster still fit the limit. No CPU limit: throttled leases. */
const defaultResources = { requests: { cpu: '20m', memory: '128Mi' }, limits: { memory: '512Mi' } }

/** Storage nodes of ODF are tainted, and the agent belongs beside the storage. */
const storageToleration = {
  key: 'node.ocs.openshift.io/storage',
  operator: 'Equal',
  value: 'true',
  effect: 'NoSchedule',
}

/**
 * The Deployment of the agent. Selector, container name, volume, command and arguments are the original's: an existing
 * one is updated in place. The image must answer to `/manager tokenexchange …`.
 */
export const agentDeployment = (cluster: string, values: AgentValues): Deployment => {
  const { installNamespace: namespace, config = {} } = values
  const ca = proxyCa(config, namespace)
  const annotations = { 'openshift.io/required-scc': 'restricted-v2', ...ca?.annotations }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      // Never two at a time, not even during an update.
      strategy: { type: 'Recreate' },
      template: {
        metadata: { labels, annotations },
        spec: podSpec(cluster, values, config, ca),
      },
    },
  }
}

const podSpec = (
  cluster: string,
  values: AgentValues,
  config: DeploymentConfig,
  ca: ProxyCa | undefined,
): PodSpec => {
  const { nodeSelector, tolerations = [] } = config.nodePlacement ?? {}
  return {
    serviceAccountName: spokeNames.serviceAccount,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    tolerations: [storageToleration, ...tolerations],
    containers: [container(cluster, values, config, ca)],
    volumes: [
      { name: 'hub-config', secret: { secretName: hubKubeconfigSecret } },
      ...(ca === undefined ? [] : [ca.volume]),
    ],
  }
}

const container = (
  cluster: string,
  values: AgentValues,
  config: DeploymentConfig,
  ca: ProxyCa | undefined,
): Container => ({
  name,
  image: mirroredImage(values.image, config),
  imagePullPolicy: 'IfNotPresent',
  command: ['/manager'],
  args: [
    addOnName,
    `--hub-kubeconfig=${hubConfigDirectory}/kubeconfig`,
    `--cluster-name=${cluster}`,
    `--namespace=${values.installNamespace}`,
    `--mode=${values.mode}`,
  ],
  env: environment(values, config, ca),
  livenessProbe: {
    httpGet: { path: '/healthz', port: probePort },
    initialDelaySeconds: 30,
    periodSeconds: 30,
  },
  readinessProbe: {
    httpGet: { path: '/readyz', port: probePort },
    initialDelaySeconds: 2,
    periodSeconds: 10,
  },
  resources: resourcesOf(config, defaultResources),
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  volumeMounts: [
    { name: 'hub-config', mountPath: hubConfigDirectory, readOnly: true },
    ...(ca === undefined ? [] : [ca.volumeMount]),
  ],
})

/** Each name once: a list with one twice has no meaning that all who apply it agree on. */
const environment = (
  { odrNamespace }: AgentValues,
  config: DeploymentConfig,
  ca: ProxyCa | undefined,
): readonly EnvVar[] => {
  const own: readonly EnvVar[] = [
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    ...(odrNamespace === undefined ? [] : [{ name: 'ODR_NAMESPACE', value: odrNamespace }]),
    ...(ca === undefined ? [] : [ca.env]),
  ]
  return [...own, ...environmentOf(config, new Set(['ODR_NAMESPACE', ...own.map(({ name }) => name)]))]
}
