import { kinds } from '@odfmo/api-types'
import type {
  ClusterRole,
  ClusterRoleBinding,
  ConfigMap,
  Container,
  Deployment,
  Lease,
  Role,
  RoleBinding,
  Service,
  ServiceAccount,
} from '@odfmo/api-types'
import { deepMerge } from './deep-merge.ts'
import type { Overrides } from './deep-merge.ts'
import { typed } from './typed.ts'

const metadata = (name: string): { name: string; namespace: string } => ({ name, namespace: 'default' })

/** `default/config` with nothing in it. */
export const configMap = (overrides: Overrides<ConfigMap> = {}): ConfigMap =>
  deepMerge<ConfigMap>({ ...typed(kinds.ConfigMap), metadata: metadata('config') }, overrides)

/** `default/account`. */
export const serviceAccount = (overrides: Overrides<ServiceAccount> = {}): ServiceAccount =>
  deepMerge<ServiceAccount>({ ...typed(kinds.ServiceAccount), metadata: metadata('account') }, overrides)

/** `default/app` at port 80, for the pods of `deployment()`. */
export const service = (overrides: Overrides<Service> = {}): Service =>
  deepMerge<Service>(
    {
      ...typed(kinds.Service),
      metadata: metadata('app'),
      spec: { selector: { app: 'app' }, ports: [{ port: 80 }] },
    },
    overrides,
  )

/** One container of a pod: `app` of the image `example.com/app:1`. */
export const container = (overrides: Overrides<Container> = {}): Container =>
  deepMerge<Container>({ name: 'app', image: 'example.com/app:1' }, overrides)

/** `default/app`: one replica of one container, selected by a label with the Deployment's name. */
export const deployment = (overrides: Overrides<Deployment> = {}): Deployment => {
  const labels = { app: overrides.metadata?.name ?? 'app' }
  return deepMerge<Deployment>(
    {
      ...typed(kinds.Deployment),
      metadata: metadata('app'),
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container()] } },
      },
    },
    overrides,
  )
}

/** `default/lock`, held by nobody. */
export const lease = (overrides: Overrides<Lease> = {}): Lease =>
  deepMerge<Lease>({ ...typed(kinds.Lease), metadata: metadata('lock'), spec: {} }, overrides)

const readers = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }]

/** `default/reader`, who may read ConfigMaps. */
export const role = (overrides: Overrides<Role> = {}): Role =>
  deepMerge<Role>({ ...typed(kinds.Role), metadata: metadata('reader'), rules: readers }, overrides)

/** `reader`, who may read ConfigMaps everywhere. */
export const clusterRole = (overrides: Overrides<ClusterRole> = {}): ClusterRole =>
  deepMerge<ClusterRole>(
    { ...typed(kinds.ClusterRole), metadata: { name: 'reader' }, rules: readers },
    overrides,
  )

const rbacGroup = 'rbac.authorization.k8s.io'
const subjects = [{ kind: 'User', name: 'reader', apiGroup: rbacGroup }]

/** `default/reader`: the role of its name for the user of its name. */
export const roleBinding = (overrides: Overrides<RoleBinding> = {}): RoleBinding =>
  deepMerge<RoleBinding>(
    {
      ...typed(kinds.RoleBinding),
      metadata: metadata('reader'),
      roleRef: { apiGroup: rbacGroup, kind: 'Role', name: 'reader' },
      subjects,
    },
    overrides,
  )

/** `reader`: the ClusterRole of its name for the user of its name. */
export const clusterRoleBinding = (overrides: Overrides<ClusterRoleBinding> = {}): ClusterRoleBinding =>
  deepMerge<ClusterRoleBinding>(
    {
      ...typed(kinds.ClusterRoleBinding),
      metadata: { name: 'reader' },
      roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: 'reader' },
      subjects,
    },
    overrides,
  )
