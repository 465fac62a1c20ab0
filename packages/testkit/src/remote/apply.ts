import type { KubeObject as ApiObject } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../access/cluster-client.ts'
import { isAlreadyExists } from '../access/cluster-error.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Discovery, ServedKind } from './discovery.ts'

const createOrMerge = async (
  client: ClusterClient,
  served: ServedKind,
  key: { readonly namespace?: string; readonly name: string },
  object: KubeObject,
): Promise<KubeObject> => {
  const isThere = key.name !== '' && (await client.get(served, key)) !== undefined
  if (isThere) return (await client.patch(served, key, object)) as KubeObject
  try {
    return (await client.create<ApiObject>(served, object as ApiObject)) as KubeObject
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
    return createOrMerge(client, served, key, object)
  }
}

/** Creates an object, or merges it into what is there; its status too. */
export const applyOverHttps = async (
  client: ClusterClient,
  discovery: Discovery,
  object: KubeObject,
): Promise<KubeObject> => {
  const served = await discovery.find(object)
  const { status, ...rest } = object
  const namespace = served.namespaced ? (object.metadata.namespace ?? 'default') : undefined
  const key = { namespace, name: object.metadata.name ?? '' }
  const inNamespace = { ...rest, metadata: { ...rest.metadata, namespace } } as KubeObject
  const written = await createOrMerge(client, served, key, inNamespace)
  if (status === undefined || !served.hasStatus) return written
  const writtenKey = { namespace, name: written.metadata.name ?? '' }
  return (await client.patch(served, writtenKey, { status }, 'status')) as KubeObject
}
