import { apiVersionOf, kinds } from '@odfmo/api-types'
import type { ManagedClusterAddOn, Role, RoleBinding, ServiceAccount } from '@odfmo/api-types'
import type { ClusterClient } from '../../access/cluster-client.ts'
import { conditionOf, conditionsWith } from '../../access/conditions.ts'
import { ensure, ensureStatus } from '../../access/ensure.ts'
import { klusterletGroup } from './klusterlet-rbac.ts'

const rbacGroup = 'rbac.authorization.k8s.io'
const readyType = 'TokenInfrastructureReady'

/** The account of an add-on's agent on the hub, and who may ask for its tokens. */
const objectsOf = (
  cluster: string,
  addOn: string,
): { readonly account: ServiceAccount; readonly role: Role; readonly binding: RoleBinding } => {
  const labels = {
    'addon.open-cluster-management.io/token-infrastructure': 'true',
    'addon.open-cluster-management.io/name': addOn,
  }
  const metadata = (name: string) => ({ namespace: cluster, name, labels })
  const account = `${addOn}-agent`
  return {
    account: {
      apiVersion: apiVersionOf(kinds.ServiceAccount),
      kind: kinds.ServiceAccount.kind,
      metadata: metadata(account),
    },
    role: {
      apiVersion: apiVersionOf(kinds.Role),
      kind: kinds.Role.kind,
      metadata: metadata(`${addOn}-token-role`),
      rules: [
        {
          apiGroups: [''],
          resources: ['serviceaccounts/token'],
          resourceNames: [account],
          verbs: ['create'],
        },
      ],
    },
    binding: {
      apiVersion: apiVersionOf(kinds.RoleBinding),
      kind: kinds.RoleBinding.kind,
      metadata: metadata(`${addOn}-token-role`),
      roleRef: { apiGroup: rbacGroup, kind: 'Role', name: `${addOn}-token-role` },
      subjects: [{ kind: 'Group', apiGroup: rbacGroup, name: klusterletGroup(cluster) }],
    },
  }
}

/** Makes what the token driver needs for one add-on, says so in its status, and takes it away when the driver is another. */
export const keepTokenInfrastructure = async (
  hub: ClusterClient,
  addOn: ManagedClusterAddOn,
  nowMs: number,
): Promise<void> => {
  const { name = '', namespace = '' } = addOn.metadata
  const { account, role, binding } = objectsOf(namespace, name)
  const { kubeClientDriver, conditions: before = [] } = addOn.status ?? {}
  if (kubeClientDriver !== 'token') {
    if (conditionOf(before, readyType) === undefined) return
    await hub.remove(kinds.RoleBinding, { namespace, name: binding.metadata.name ?? '' })
    await hub.remove(kinds.Role, { namespace, name: role.metadata.name ?? '' })
    await hub.remove(kinds.ServiceAccount, { namespace, name: account.metadata.name ?? '' })
    const conditions = before.filter(({ type }) => type !== readyType)
    await ensureStatus(hub, kinds.ManagedClusterAddOn, addOn, { conditions })
    return
  }
  const { metadata } = await ensure(hub, kinds.ServiceAccount, account)
  await ensure(hub, kinds.Role, role)
  await ensure(hub, kinds.RoleBinding, binding)
  const message = `ServiceAccount ${namespace}/${account.metadata.name} (UID: ${metadata.uid}) is ready`
  const ready = { type: readyType, status: 'True', reason: readyType, message } as const
  const conditions = conditionsWith(before, [ready], nowMs)
  if (conditions !== undefined) await ensureStatus(hub, kinds.ManagedClusterAddOn, addOn, { conditions })
}
