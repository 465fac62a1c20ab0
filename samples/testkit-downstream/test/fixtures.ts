import { CustomObjectsApi, KubeConfig } from '@kubernetes/client-node'
import type { Cluster, UserIdentity } from '@odfmo/testkit'
import { group } from '../src/site.ts'
import type { Site } from '../src/site.ts'

export const crds = ['deploy/crd.yaml']
export const objects = ['deploy/rbac.yaml']

/** Who the controller is in the cluster: what RBAC gives this account is all that it may do. */
export const account = {
  user: 'system:serviceaccount:site-system:controller',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:site-system', 'system:authenticated'],
}

export const site = (spec: Partial<Site['spec']> = {}, name = 'home') => ({
  apiVersion: `${group}/v1`,
  kind: 'Site',
  metadata: { name, namespace: 'default' },
  spec: { title: 'Hello', ...spec },
})

export const pages = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'home-pages', namespace: 'default' },
}
export const listing = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'directory', namespace: 'site-system' },
}

/** A client for Sites as this user; as an administrator when nobody is named. */
export const apiOf = (cluster: Cluster, identity?: UserIdentity): CustomObjectsApi => {
  const config = new KubeConfig()
  config.loadFromString(cluster.kubeconfig(identity))
  return config.makeApiClient(CustomObjectsApi)
}
export const allSites = { group, version: 'v1', plural: 'sites' }
const sites = { ...allSites, namespace: 'default' }

export const createSite = (cluster: Cluster, body: object): Promise<unknown> =>
  apiOf(cluster).createNamespacedCustomObject({ ...sites, body })
export const deleteSite = (cluster: Cluster, name = 'home'): Promise<unknown> =>
  apiOf(cluster).deleteNamespacedCustomObject({ ...sites, name })
