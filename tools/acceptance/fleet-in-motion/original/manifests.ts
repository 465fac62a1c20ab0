import { contract, kinds, type ManifestWork } from '@odfmo/api-types'
import { apiVersionOf, type KubeObject } from '@odfmo/api-types/meta'
import { storageNamespace as namespace } from '../exchange.ts'

/** The original's image, for the hub controller and for the agent. */
export const originalImage = 'quay.io/ocs-dev/odf-multicluster-orchestrator:latest'

const rbac = 'rbac.authorization.k8s.io'
const account = 'token-exchange-agent-sa'
const role = 'token-exchange-agent-role'
const serviceAccount = { kind: 'ServiceAccount', name: account, namespace }
const app = { app: 'token-exchange-agent' }
const all = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']
const rule = (apiGroup: string, ...resources: readonly string[]): object => ({
  apiGroups: [apiGroup],
  resources,
  verbs: all,
})

/** The user that an agent is on the hub. */
export const agentUser = (cluster: string): string => `${agentGroup(cluster)}:agent:tokenexchange`
export const agentGroup = (cluster: string): string =>
  `system:open-cluster-management:cluster:${cluster}:addon:tokenexchange`

/** What the original's hub brings to a cluster: names, selector, command and arguments are its own; rights are wider than ours. */
const originalManifests = (cluster: string): readonly KubeObject[] =>
  [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: role },
      rules: [
        rule('', 'secrets', 'configmaps'),
        rule('storage.k8s.io', 'storageclasses'),
        rule('objectbucket.io', 'objectbucketclaims'),
        rule('ocs.openshift.io', 'storageclusters'),
        rule('ceph.rook.io', 'cephclusters'),
        rule('route.openshift.io', 'routes'),
        rule('replication.storage.openshift.io', 'volumereplicationclasses'),
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'token-exchange-agent' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
      subjects: [serviceAccount, { apiGroup: rbac, kind: 'User', name: agentUser(cluster) }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: { name: role, namespace },
      rules: [rule('', 'secrets', 'configmaps', 'events'), rule('coordination.k8s.io', 'leases')],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'token-exchange-agent-rolebinding', namespace },
      roleRef: { apiGroup: rbac, kind: 'Role', name: role },
      subjects: [serviceAccount],
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'token-exchange-agent', namespace, labels: app },
      spec: {
        replicas: 1,
        selector: { matchLabels: app },
        template: {
          metadata: { labels: app },
          spec: {
            serviceAccountName: account,
            volumes: [{ name: 'hub-config', secret: { secretName: contract.addon.hubKubeconfigSecret } }],
            containers: [
              {
                name: 'token-exchange-agent',
                image: originalImage,
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
      },
    },
  ] as unknown as readonly KubeObject[]

/** The work that carries them, as the original's hub makes it: no number at the end, owned by the add-on. */
export const originalWork = (cluster: string, addOnUid: string): ManifestWork => ({
  apiVersion: apiVersionOf(kinds.ManifestWork),
  kind: kinds.ManifestWork.kind,
  metadata: {
    name: 'addon-tokenexchange-deploy',
    namespace: cluster,
    labels: { 'open-cluster-management.io/addon-name': contract.addon.name },
    ownerReferences: [
      {
        apiVersion: apiVersionOf(kinds.ManagedClusterAddOn),
        kind: kinds.ManagedClusterAddOn.kind,
        name: contract.addon.name,
        uid: addOnUid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  },
  spec: { workload: { manifests: originalManifests(cluster) } },
})
