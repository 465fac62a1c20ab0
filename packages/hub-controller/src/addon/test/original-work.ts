import { kinds, type ManifestWork } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { manifest } from './hub-process.ts'

const namespace = 'openshift-storage'
const rbac = 'rbac.authorization.k8s.io'
const serviceAccount = { kind: 'ServiceAccount', name: 'token-exchange-agent-sa', namespace }
const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]) => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
})
const all = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']
const app = { app: 'token-exchange-agent' }

/** What the original's hub deploys to a cluster: names, selector and arguments of spec; its rights are wider than ours. */
export const originalManifests = (cluster: string): readonly KubeObject[] =>
  [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: serviceAccount.name, namespace } },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'token-exchange-agent-role', creationTimestamp: null },
      rules: [
        rule('', ['secrets', 'configmaps'], all),
        rule('storage.k8s.io', ['storageclasses'], ['get', 'list', 'update']),
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'token-exchange-agent', creationTimestamp: null },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'token-exchange-agent-role' },
      subjects: [
        serviceAccount,
        {
          apiGroup: rbac,
          kind: 'User',
          name: `system:open-cluster-management:cluster:${cluster}:addon:tokenexchange:agent:tokenexchange`,
        },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: { name: 'token-exchange-agent-role', namespace, creationTimestamp: null },
      rules: [
        rule('', ['secrets', 'configmaps', 'events'], all),
        rule('coordination.k8s.io', ['leases'], all),
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'token-exchange-agent-rolebinding', namespace, creationTimestamp: null },
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'token-exchange-agent-role' },
      subjects: [serviceAccount],
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'token-exchange-agent', namespace, labels: app, creationTimestamp: null },
      spec: {
        replicas: 1,
        selector: { matchLabels: app },
        template: {
          metadata: { labels: app },
          spec: {
            serviceAccountName: serviceAccount.name,
            volumes: [{ name: 'hub-config', secret: { secretName: 'tokenexchange-hub-kubeconfig' } }],
            containers: [
              {
                name: 'token-exchange-agent',
                image: 'quay.io/ocs-dev/odf-multicluster-orchestrator:latest',
                command: ['/manager'],
                args: [
                  'tokenexchange',
                  '--hub-kubeconfig=/var/run/hub/kubeconfig',
                  `--cluster-name=${cluster}`,
                  `--namespace=${namespace}`,
                  '--mode=async',
                ],
                volumeMounts: [{ name: 'hub-config', mountPath: '/var/run/hub' }],
              },
            ],
          },
        },
        strategy: {},
      },
      status: {},
    },
  ] as unknown as readonly KubeObject[]

/** The work that carries them, as the original's hub makes it: no number at the end, owned by the add-on. */
export const originalWork = (cluster: string, addOnUid: string): ManifestWork =>
  manifest(kinds.ManifestWork, {
    metadata: {
      name: 'addon-tokenexchange-deploy',
      namespace: cluster,
      labels: { 'open-cluster-management.io/addon-name': 'tokenexchange' },
      ownerReferences: [
        {
          apiVersion: 'addon.open-cluster-management.io/v1alpha1',
          kind: 'ManagedClusterAddOn',
          name: 'tokenexchange',
          uid: addOnUid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: { workload: { manifests: originalManifests(cluster) } },
  })
