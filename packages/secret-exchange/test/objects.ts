import type {
  CephCluster,
  ConfigMap,
  KubeObject,
  PeerRef,
  Route,
  Secret,
  StorageCluster,
} from '@odfmo/api-types'
import type { SpokeReader } from '../src/secret-exchange-handler.ts'

/** The peer ref of cluster c1, unless said otherwise. */
export const ref = (
  clusterName = 'c1',
  name = 'ocs-storagecluster',
  namespace = 'openshift-storage',
): PeerRef => ({
  clusterName,
  storageClusterRef: { name, namespace },
})

/** Base64 as the data of a Secret has it. */
export const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A token as Rook makes it: base64 of JSON. */
export const token = (fsid: unknown): string =>
  base64(JSON.stringify({ fsid, client_id: 'rbd-mirror-peer', key: 'KEY' }))

interface Given {
  readonly name: string
  readonly namespace?: string
  readonly owner?: readonly [kind: string, name: string]
  readonly labels?: Record<string, string>
}

const metadata = ({
  name,
  namespace = 'openshift-storage',
  owner,
  labels,
}: Given): KubeObject['metadata'] => ({
  name,
  namespace,
  labels,
  ownerReferences: owner && [{ apiVersion: 'any/v1', kind: owner[0], name: owner[1], uid: 'u' }],
})

/** A Secret whose data is given as text. */
export const secret = (given: Given, data: Record<string, string> = {}): Secret => ({
  metadata: metadata(given),
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
})

export const configMap = (given: Given, data: Record<string, string>): ConfigMap => ({
  metadata: metadata(given),
  data,
})

export const route = (host: string): Route => ({ metadata: metadata({ name: 's3' }), spec: { host } })

export const cephCluster = (name: string, storageCluster: string): CephCluster => ({
  metadata: metadata({ name, owner: ['StorageCluster', storageCluster] }),
})

export const storageCluster = (name: string, enable?: boolean): StorageCluster => ({
  metadata: metadata({ name }),
  spec: enable === undefined ? {} : { externalStorage: { enable } },
})

/** A spoke that holds these objects. */
export const spoke = (objects: {
  readonly secrets?: readonly Secret[]
  readonly configMaps?: readonly ConfigMap[]
  readonly routes?: readonly Route[]
  readonly cephClusters?: readonly CephCluster[]
  readonly storageClusters?: readonly StorageCluster[]
}): SpokeReader => {
  const among =
    <T extends KubeObject>(list: readonly T[] = []) =>
    (key: { readonly name: string; readonly namespace?: string }): T | undefined =>
      list.find((one) => one.metadata.name === key.name && one.metadata.namespace === key.namespace)
  return {
    secret: among(objects.secrets),
    configMap: among(objects.configMaps),
    route: among(objects.routes),
    cephCluster: among(objects.cephClusters),
    storageCluster: among(objects.storageClusters),
  }
}
