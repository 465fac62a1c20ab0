import type { KubeObject } from '../kube-object.ts'
import { systemAuthenticated, systemMasters } from './identity.ts'
import type { PolicyRule } from './policy-rule.ts'

const bootstrapLabels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }
const bootstrapAnnotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' }
const aggregateTo = (role: string): Record<string, string> => ({
  [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true',
})

/** Rules as lines: verbs, groups, resources; `core` is the group without a name. */
const viewing = [
  'read core: configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status',
  'read core: bindings limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
  'read core: namespaces',
  'read core,events.k8s.io: events',
  'read discovery.k8s.io: endpointslices',
  'read apps: controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status',
  'read autoscaling: horizontalpodautoscalers horizontalpodautoscalers/status',
  'read batch: cronjobs cronjobs/status jobs jobs/status',
  'read extensions: daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale',
  'read policy: poddisruptionbudgets poddisruptionbudgets/status',
  'read networking.k8s.io: ingresses ingresses/status networkpolicies',
  'read resource.k8s.io: resourceclaims resourceclaims/status resourceclaimtemplates',
]

const editing = [
  'read core: pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy',
  'impersonate core: serviceaccounts',
  'write core: pods pods/attach pods/exec pods/portforward pods/proxy',
  'create core: pods/eviction',
  'write core: configmaps persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
  'create core: serviceaccounts/token',
  'write core,events.k8s.io: events',
  'write apps: daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale',
  'write autoscaling: horizontalpodautoscalers',
  'write batch: cronjobs jobs',
  'write extensions: daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale',
  'write policy: poddisruptionbudgets',
  'write networking.k8s.io: ingresses networkpolicies',
  'all coordination.k8s.io: leases',
  'write resource.k8s.io: resourceclaims resourceclaimtemplates',
]

const administrating = [
  'create authorization.k8s.io: localsubjectaccessreviews',
  'all rbac.authorization.k8s.io: rolebindings roles',
]

const verbSets: Readonly<Record<string, readonly string[]>> = {
  read: ['get', 'list', 'watch'],
  write: ['create', 'delete', 'deletecollection', 'patch', 'update'],
  all: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
}

const ruleOf = (line: string): PolicyRule => {
  const [, verbs = '', groups = '', resources = ''] = /^(\S+) (\S+): (.+)$/.exec(line) ?? []
  return {
    verbs: verbSets[verbs] ?? [verbs],
    apiGroups: groups.split(',').map((group) => (group === 'core' ? '' : group)),
    resources: resources.split(' '),
  }
}

const clusterRole = (
  name: string,
  rules: readonly PolicyRule[],
  labels: Record<string, string> = {},
): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name, labels: { ...bootstrapLabels, ...labels }, annotations: bootstrapAnnotations },
  rules,
})

const aggregated = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  ...clusterRole(name, [], labels),
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregateTo(name) }] },
})

const bound = (name: string, groups: readonly string[]): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name, labels: bootstrapLabels, annotations: bootstrapAnnotations },
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

const monitored = [
  '/healthz',
  '/healthz/*',
  '/livez',
  '/livez/*',
  '/metrics',
  '/metrics/slis',
  '/readyz',
  '/readyz/*',
]

const signerNames = [
  'kube-apiserver-client',
  'kube-apiserver-client-kubelet',
  'kubelet-serving',
  'legacy-unknown',
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
  clusterRole('system:monitoring', [
    { nonResourceURLs: monitored, verbs: ['get'] },
    { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
  ]),
  clusterRole('system:node-bootstrapper', [
    {
      apiGroups: ['certificates.k8s.io'],
      resources: ['certificatesigningrequests'],
      verbs: ['create', 'get', 'list', 'watch'],
    },
  ]),
  ...signerNames.map((signer) =>
    clusterRole(`system:certificates.k8s.io:${signer}-approver`, [
      {
        apiGroups: ['certificates.k8s.io'],
        resources: ['signers'],
        resourceNames: [`kubernetes.io/${signer}`],
        verbs: ['approve'],
      },
    ]),
  ),
  clusterRole('system:aggregate-to-view', viewing.map(ruleOf), aggregateTo('view')),
  clusterRole('system:aggregate-to-edit', editing.map(ruleOf), aggregateTo('edit')),
  clusterRole('system:aggregate-to-admin', administrating.map(ruleOf), aggregateTo('admin')),
  aggregated('view', aggregateTo('edit')),
  aggregated('edit', aggregateTo('admin')),
  aggregated('admin'),
  bound('cluster-admin', [systemMasters]),
  bound('system:discovery', [systemAuthenticated]),
  bound('system:public-info-viewer', [systemAuthenticated, 'system:unauthenticated']),
  bound('system:basic-user', [systemAuthenticated]),
]
