import { kinds, mirrorPeerCrd, type Condition, type MirrorPeer } from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { hubCrds, startCluster, type Cluster } from '@odfmo/testkit'
import { hubRbac } from '../rbac.ts'
import { managedCluster, podNamespace } from './builders.ts'
import { ramenConfigMap } from './hub-world.ts'

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

const initialConfig = `# Ramen's, edited by hand
kind: RamenConfig
s3StoreProfiles: []
webhook:
  port: 9443
`

/** A hub with everything a MirrorPeer of these clusters needs, as OCM and Ramen leave it. */
export const hubCluster = async (
  clusters: readonly string[] = ['cluster1', 'cluster2'],
): Promise<Cluster> => {
  const cluster = await startCluster({ name: 'hub', crds: [mirrorPeerCrd, ...hubCrds] })
  await cluster.apply(
    namespace(podNamespace),
    ...hubRbac(podNamespace),
    ...clusters.flatMap((name) => [namespace(name), managedCluster(name)]),
    { apiVersion: 'v1', kind: 'ConfigMap', ...ramenConfigMap(initialConfig) },
  )
  return cluster
}

const ref = (kind: Kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })

/** Reading a cluster with types. */
export const find = <T extends KubeObject>(cluster: Cluster, kind: Kind<T>, key: ObjectKey): T | undefined =>
  cluster.get(ref(kind), key) as T | undefined

export const get = <T extends KubeObject>(cluster: Cluster, kind: Kind<T>, key: ObjectKey): T => {
  const object = find(cluster, kind, key)
  if (object === undefined) throw new Error(`no ${kind.kind} ${key.namespace ?? ''}/${key.name}`)
  return object
}

export const list = <T extends KubeObject>(cluster: Cluster, kind: Kind<T>): readonly T[] =>
  cluster.list(ref(kind)) as unknown as readonly T[]

export const conditionOf = ({ status }: MirrorPeer, type: string): Condition | undefined =>
  status?.conditions?.find((condition) => condition.type === type)

export const peer = (cluster: Cluster, name = 'mirrorpeer-sample'): MirrorPeer =>
  get(cluster, kinds.MirrorPeer, { name })

/** Changes by the hub that are no leases and no events. */
export const writesOf = (cluster: Cluster, user: string) =>
  cluster.requests
    .writes({ user })
    .filter(({ resource }) => !['leases.coordination.k8s.io', 'events.events.k8s.io'].includes(resource))
