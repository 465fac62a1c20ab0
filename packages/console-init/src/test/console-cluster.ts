import type { CustomResourceDefinition } from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { connect, type KubeClient } from '@odfmo/controller-kit'
import {
  deployment,
  journalOf,
  namespace as namespaceObject,
  startTestCluster,
  type Cluster,
  type RequestRecord,
  type UserIdentity,
} from '@odfmo/testkit'
import { parse } from 'yaml'
import { consoleKey } from '../console-place.ts'
import { consoleInitRbac } from '../rbac.ts'

export const namespace = 'openshift-operators'
export const key = consoleKey(namespace)
export const serviceAccount = `system:serviceaccount:${namespace}:odfmo-console-init`

/** The console's own, as an operator brings it; it never starts anything here. */
export const consoleDeployment = deployment({ metadata: { ...key } })

/** A hub with the service's account and rights, and these definitions. */
export const consoleCluster = async <C extends Cluster = Cluster>(
  crds: readonly CustomResourceDefinition[],
  start: (options: {
    readonly name: string
    readonly crds: readonly CustomResourceDefinition[]
  }) => Promise<C> = startTestCluster as never,
): Promise<C> => {
  const cluster = await start({ name: 'hub', crds })
  await cluster.apply(namespaceObject(namespace), ...consoleInitRbac(namespace))
  return cluster
}

interface Kubeconfig {
  readonly users: readonly [
    { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } },
  ]
}

/** Somebody with a client certificate, on a cluster of any provider. */
export const clientOf = async (cluster: Cluster, identity: UserIdentity = {}): Promise<KubeClient> => {
  const { users } = parse(cluster.kubeconfig(identity)) as Kubeconfig
  const { 'client-certificate-data': cert, 'client-key-data': privateKey } = users[0].user
  const pem = (base64: string) => ({ value: Buffer.from(base64, 'base64').toString() })
  return connect({
    cluster: 'hub',
    component: 'test',
    rateLimit: false,
    access: { server: cluster.url, ca: { value: cluster.ca }, cert: pem(cert), key: pem(privateKey) },
  })
}

/** Reading with types; undefined: it is not there. */
export const find = async <T extends KubeObject>(
  cluster: Cluster,
  kind: Kind<T>,
  of: ObjectKey,
): Promise<T | undefined> =>
  (await cluster.get({ apiVersion: apiVersionOf(kind), kind: kind.kind }, of)) as T | undefined

/** Changes that the service asked for, without leases and Events. */
export const writesOf = async (
  cluster: Cluster,
  user: string = serviceAccount,
): Promise<readonly RequestRecord[]> =>
  (await journalOf(cluster))
    .writes({ user })
    .filter(({ resource }) => !['leases.coordination.k8s.io', 'events.events.k8s.io'].includes(resource))
