import { contract, keyText, type PeerRef } from '@odfmo/api-types'
import type { World } from '@odfmo/controller-kit'
import { fsidOfToken } from '@odfmo/secret-exchange'
import { hubSecretName, peerTokenSecretName } from '@odfmo/secret-naming'
import { isNamespaceGone } from './gone-namespace.ts'
import type { AgentWorld } from './kinds.ts'

/** The fsid of a Ceph cluster, or where it should come from. */
export type Fsid =
  | { readonly is: 'known'; readonly fsid: string }
  | { readonly is: 'missing'; readonly message: string }

/** The own StorageCluster's: from its peer token, or with external Ceph from what connects it. */
export const ownFsid = (
  world: World,
  { spoke }: AgentWorld,
  { storageClusterRef: { namespace, name } }: PeerRef,
): Fsid => {
  if (isNamespaceGone(world, { spoke }, { namespace })) return noNamespace(namespace)
  const storageCluster = world.spec(spoke.StorageCluster, { namespace, name })
  if (storageCluster === undefined)
    return { is: 'missing', message: `there is no StorageCluster ${namespace}/${name}` }
  const isExternal = storageCluster.spec?.externalStorage?.enable === true
  return fsidIn(
    world,
    { spoke },
    namespace,
    isExternal ? contract.spoke.externalCephSecret : peerTokenSecretName(name),
  )
}

/** A peer's, from the Secret that was exchanged for it: it lies beside the own StorageCluster. */
export const peerFsid = (
  world: World,
  agent: Pick<AgentWorld, 'spoke'>,
  own: PeerRef,
  opposite: PeerRef,
): Fsid => {
  const { namespace } = own.storageClusterRef
  return isNamespaceGone(world, agent, { namespace })
    ? noNamespace(namespace)
    : fsidIn(world, agent, namespace, hubSecretName(opposite))
}

const noNamespace = (namespace: string): Fsid => ({
  is: 'missing',
  message: `there is no namespace ${namespace}`,
})

const fsidIn = (
  world: World,
  { spoke }: Pick<AgentWorld, 'spoke'>,
  namespace: string,
  name: string,
): Fsid => {
  const key = { namespace, name }
  const secret = world.spec(spoke.Secret, key)
  const fsid = secret === undefined ? undefined : fsidOfToken(secret)
  return fsid === undefined
    ? {
        is: 'missing',
        message: `Secret ${keyText(key)} ${secret === undefined ? 'is not there yet' : 'holds no fsid yet'}`,
      }
    : { is: 'known', fsid }
}
