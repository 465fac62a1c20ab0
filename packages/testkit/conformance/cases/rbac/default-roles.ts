import type { Cases } from '../../conformance-case.ts'
import { clusterRoleBindings, clusterRoles, roleBinding, roleBindings, roles, user } from './grants.ts'

/** What every cluster is born with, as far as users bind it or stand on it. */
export const defaultRoles: Cases = {
  'the roles for users are there': async (api) => {
    for (const name of ['cluster-admin', 'admin', 'edit', 'view'])
      (
        await api.get(`${clusterRoles}/${name}`, {
          // the rules of the last three are gathered
          show: ({ metadata: { labels, annotations }, aggregationRule }) => ({
            labels,
            annotations,
            aggregationRule,
          }),
        })
      ).is(200, { metadata: { labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } } })
  },

  'what admin, edit and view gather is there': async (api) => {
    for (const name of ['cluster-admin', 'system:aggregate-to-admin', 'system:aggregate-to-edit'])
      (await api.get(`${clusterRoles}/${name}`)).is(200)
    ;(await api.get(`${clusterRoles}/system:aggregate-to-view`)).is(200)
  },

  'everybody who is known may discover and ask for themselves': async (api) => {
    for (const name of ['system:basic-user', 'system:discovery', 'system:public-info-viewer']) {
      ;(await api.get(`${clusterRoles}/${name}`)).is(200)
      ;(await api.get(`${clusterRoleBindings}/${name}`)).is(200)
    }
    ;(await api.get(`${clusterRoleBindings}/cluster-admin`)).is(200)
  },

  'roles for parts of a cluster are there': async (api) => {
    for (const name of ['system:auth-delegator', 'system:monitoring', 'system:node-bootstrapper'])
      (await api.get(`${clusterRoles}/${name}`)).is(200)
    ;(await api.get(`${clusterRoles}/system:certificates.k8s.io:kube-apiserver-client-approver`)).is(200)
  },

  'who may view sees most things but no secrets, who may edit no roles': async (api) => {
    const names = ['view', 'edit', 'admin'] as const
    for (const role of names)
      await api.post(api.in(roleBindings), roleBinding(role, 'ClusterRole', role, user(role)))
    const [asView, asEdit, asAdmin] = names.map((role) => api.as({ user: role }))
    for (const each of [asView, asEdit, asAdmin])
      await each?.until(api.in('configmaps', 'probe'), ({ status }) => status === 404)
    const look = async (path: string, ...statuses: readonly number[]): Promise<void> => {
      const [view = 0, edit = 0, admin = 0] = statuses
      const options = { show: () => undefined }
      ;(await asView?.get(path, options))?.is(view)
      ;(await asEdit?.get(path, options))?.is(edit)
      ;(await asAdmin?.get(path, options))?.is(admin)
    }
    await look(api.in('pods'), 200, 200, 200)
    await look(api.in('events'), 200, 200, 200)
    await look(api.in('apps/v1/deployments', 'd/scale'), 404, 404, 404)
    await look(api.in('secrets'), 403, 200, 200)
    await look(api.in('coordination.k8s.io/v1/leases'), 403, 200, 200)
    await look(api.in(roles), 403, 403, 200)
    await look('/api/v1/nodes', 403, 403, 403)
  },
}
