import { baseNamespace, components, selectorOf, type Component } from '../names.ts'
import type { Alert } from './alert.ts'

const serviceMonitor = (name: Component): object => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'ServiceMonitor',
  metadata: { name, namespace: baseNamespace, labels: selectorOf(name) },
  spec: {
    selector: { matchLabels: selectorOf(name) },
    endpoints: [{ port: 'metrics', path: '/metrics', scheme: 'http', interval: '30s' }],
  },
})

/** What Prometheus scrapes. */
export const serviceMonitors = Object.values(components).map(serviceMonitor)

/** What it tells of, by component. */
export const prometheusRule = (groups: Readonly<Record<Component, readonly Alert[]>>): object => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'odfmo', namespace: baseNamespace, labels: { 'app.kubernetes.io/part-of': 'odfmo' } },
  spec: {
    groups: Object.entries(groups).map(([name, alerts]) => ({
      name,
      rules: alerts.map(({ alert, expr, for: pending, severity, summary, description }) => ({
        alert,
        expr,
        ...(pending === undefined ? {} : { for: pending }),
        labels: { severity },
        annotations: { summary, description },
      })),
    })),
  },
})

/** OpenShift's Prometheus may look only into namespaces that let it. */
export const openshiftPrometheusRights: readonly object[] = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'odfmo-prometheus', namespace: baseNamespace },
    rules: [
      { apiGroups: [''], resources: ['services', 'endpoints', 'pods'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'odfmo-prometheus', namespace: baseNamespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'odfmo-prometheus' },
    subjects: [{ kind: 'ServiceAccount', name: 'prometheus-k8s', namespace: 'openshift-monitoring' }],
  },
]
