import type { KubeObject } from '../kube-object.ts'
import { systemAuthenticated, systemMasters } from './identity.ts'
import type { PolicyRule } from './policy-rule.ts'

const bootstrapLabels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }
const readVerbs = ['get', 'list', 'watch']
const writeVerbs = ['create', 'delete', 'deletecollection', 'patch', 'update']
const aggregateTo = (role: string): Record<string, string> => ({
  [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true',
})

const viewable: readonly (readonly [group: string, resources: readonly string[]])[] = [
  [
    '',
    [
      'configmaps',
      'endpoints',
      'persistentvolumeclaims',
      'pods',
      'replicationcontrollers',
      'serviceaccounts',
      'services',
      'events',
      'limitranges',
      'namespaces',
      'resourcequotas',
      'pods/log',
      'pods/status',
      'services/status',
    ],
  ],
  [
    'apps',
    [
      'controllerrevisions',
      'daemonsets',
      'deployments',
      'deployments/scale',
      'replicasets',
      'statefulsets',
      'deployments/status',
      'daemonsets/status',
      'statefulsets/status',
    ],
  ],
  ['autoscaling', ['horizontalpodautoscalers']],
  ['batch', ['cronjobs', 'jobs']],
  ['discovery.k8s.io', ['endpointslices']],
  ['networking.k8s.io', ['ingresses', 'networkpolicies']],
  ['policy', ['poddisruptionbudgets']],
]

const editable: readonly (readonly [group: string, resources: readonly string[]])[] = [
  [
    '',
    [
      'configmaps',
      'events',
      'persistentvolumeclaims',
      'pods',
      'replicationcontrollers',
      'secrets',
      'serviceaccounts',
      'services',
    ],
  ],
  ['apps', ['daemonsets', 'deployments', 'deployments/scale', 'replicasets', 'statefulsets']],
  ['autoscaling', ['horizontalpodautoscalers']],
  ['batch', ['cronjobs', 'jobs']],
  ['coordination.k8s.io', ['leases']],
  ['networking.k8s.io', ['ingresses', 'networkpolicies']],
  ['policy', ['poddisruptionbudgets']],
]

const rulesFor = (table: typeof viewable, verbs: readonly string[]): PolicyRule[] =>
  table.map(([group, resources]) => ({ apiGroups: [group], resources, verbs }))

const clusterRole = (
  name: string,
  rules: readonly PolicyRule[],
  labels: Record<string, string> = {},
): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name, labels: { ...bootstrapLabels, ...labels } },
  rules,
})

const aggregated = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  ...clusterRole(name, [], labels),
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregateTo(name) }] },
})

const bound = (name: string, groups: readonly string[]): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name, labels: bootstrapLabels },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  subjects: groups.map((group) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group })),
})

const everywhere = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
]

/** The roles and bindings every cluster is born with. */
export const bootstrapRoles = (): KubeObject[] => [
  clusterRole('cluster-admin', [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ]),
  clusterRole('system:discovery', [{ nonResourceURLs: everywhere, verbs: ['get'] }]),
  clusterRole('system:public-info-viewer', [
    { nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'], verbs: ['get'] },
  ]),
  clusterRole('system:basic-user', [
    {
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      verbs: ['create'],
    },
    { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
  ]),
  clusterRole('system:auth-delegator', [
    { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
  ]),
  clusterRole('system:aggregate-to-view', rulesFor(viewable, readVerbs), aggregateTo('view')),
  clusterRole(
    'system:aggregate-to-edit',
    [
      ...rulesFor(editable, writeVerbs),
      { apiGroups: [''], resources: ['secrets'], verbs: readVerbs },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: readVerbs },
      { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] },
      { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
    ],
    aggregateTo('edit'),
  ),
  clusterRole(
    'system:aggregate-to-admin',
    [
      { apiGroups: ['authorization.k8s.io'], resources: ['localsubjectaccessreviews'], verbs: ['create'] },
      {
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['rolebindings', 'roles'],
        verbs: [...readVerbs, ...writeVerbs],
      },
    ],
    aggregateTo('admin'),
  ),
  aggregated('view', aggregateTo('edit')),
  aggregated('edit', aggregateTo('admin')),
  aggregated('admin'),
  bound('cluster-admin', [systemMasters]),
  bound('system:discovery', [systemAuthenticated]),
  bound('system:public-info-viewer', [systemAuthenticated, 'system:unauthenticated']),
  bound('system:basic-user', [systemAuthenticated]),
]
