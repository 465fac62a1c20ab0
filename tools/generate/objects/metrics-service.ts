import type { V1Service } from '@kubernetes/client-node'
import { baseNamespace, ports, selectorOf, type Component } from '../names.ts'

/** Also the label `job` of what is scraped through it. */
export const metricsServiceName = (name: Component): string => `${name}-metrics`

/** Where Prometheus finds the replicas of a component, each by itself. */
export const metricsService = (name: Component): V1Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: metricsServiceName(name), namespace: baseNamespace, labels: selectorOf(name) },
  spec: {
    clusterIP: 'None',
    selector: selectorOf(name),
    ports: [{ name: 'metrics', port: ports.metrics, targetPort: ports.metrics, protocol: 'TCP' }],
  },
})
