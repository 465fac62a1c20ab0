import type { V1Container, V1Deployment, V1EnvVar, V1PodSpec } from '@kubernetes/client-node'
import { contract } from '@odfmo/api-types'
import { baseNamespace, ports, selectorOf, type Component } from '../names.ts'

/** What distinguishes the Deployment of one service from that of another. */
export interface ServiceDeployment {
  readonly name: Component
  /** A name that overlays replace. */
  readonly image: string
  readonly args: string[]
  /** Beside `POD_NAMESPACE`. */
  readonly env?: V1EnvVar[]
  /** Ports beside those of metrics and probes. */
  readonly ports?: NonNullable<V1Container['ports']>
  readonly resources: NonNullable<V1Container['resources']>
  readonly strategy?: NonNullable<V1Deployment['spec']>['strategy']
  readonly lifecycle?: NonNullable<V1Container['lifecycle']>
  /** Whether it speaks to the API server. */
  readonly hasToken: boolean
}

/** Two replicas that a drained node, a lost node or an update never takes down together, allowed nothing on their node. */
export const serviceDeployment = (service: ServiceDeployment): V1Deployment => {
  const { name, strategy } = service
  const labels = selectorOf(name)
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: baseNamespace, labels },
    spec: {
      replicas: 2,
      ...(strategy === undefined ? {} : { strategy }),
      selector: { matchLabels: labels },
      template: {
        // Without it OpenShift would choose among the constraints that the account may use.
        metadata: { labels, annotations: { 'openshift.io/required-scc': 'restricted-v2' } },
        spec: podSpec(service),
      },
    },
  }
}

const podSpec = (service: ServiceDeployment): V1PodSpec => ({
  serviceAccountName: service.name,
  automountServiceAccountToken: service.hasToken,
  enableServiceLinks: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    // A cluster of one node runs both.
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorOf(service.name) },
  })),
  // Longer than the services take to finish what they are at (20 s at most), and a pause before.
  terminationGracePeriodSeconds: 30,
  containers: [container(service)],
})

const container = (service: ServiceDeployment): V1Container => ({
  name: service.name,
  image: service.image,
  imagePullPolicy: 'IfNotPresent',
  args: service.args,
  env: [
    { name: contract.env.podNamespace, valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    ...(service.env ?? []),
  ],
  ports: [
    ...(service.ports ?? []),
    { name: 'metrics', containerPort: ports.metrics, protocol: 'TCP' },
    { name: 'health', containerPort: ports.health, protocol: 'TCP' },
  ],
  startupProbe: { ...probe('/healthz'), periodSeconds: 1, failureThreshold: 60 },
  livenessProbe: { ...probe('/healthz'), periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 3 },
  readinessProbe: { ...probe('/readyz'), periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2 },
  resources: service.resources,
  ...(service.lifecycle === undefined ? {} : { lifecycle: service.lifecycle }),
  // Nothing is written on disk; the compile cache of Node does without.
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  },
})

/** By number: that is what they listen on whatever the port is called. */
const probe = (path: string) => ({ httpGet: { path, port: ports.health, scheme: 'HTTP' } })
