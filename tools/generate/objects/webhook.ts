import type { V1Service } from '@kubernetes/client-node'
import { contract } from '@odfmo/api-types'
import { baseNamespace, components, images, selectorOf } from '../names.ts'
import { disruptionBudget } from './disruption-budget.ts'
import { metricsService } from './metrics-service.ts'
import { serviceDeployment } from './service-deployment.ts'

const name = components.webhook

/** Below 80 MB under 1,000 requests a second. */
export const webhookMemory = { request: '96Mi', limitMiB: 256 } as const

const service: V1Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: baseNamespace, labels: selectorOf(name) },
  spec: {
    selector: selectorOf(name),
    ports: [{ name: 'webhook', port: 443, targetPort: contract.webhook.port, protocol: 'TCP' }],
  },
}

/** The admission webhook; where its certificate comes from is said by a component. */
export const webhook: readonly object[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: baseNamespace } },
  serviceDeployment({
    name,
    image: images.webhook,
    args: [],
    ports: [{ name: 'webhook', containerPort: contract.webhook.port, protocol: 'TCP' }],
    resources: {
      requests: { cpu: '50m', memory: webhookMemory.request },
      limits: { memory: `${webhookMemory.limitMiB}Mi` },
    },
    // A MirrorPeer cannot be changed while no replica answers.
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    // Till every node knows that this replica is going, requests still come to it.
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    hasToken: false,
  }),
  service,
  metricsService(name),
  disruptionBudget(name),
]
