import { contract, type ObjectKey, type PeerRef, type Secret } from '@odfmo/api-types'
import { hubSecretName, peerTokenSecretName } from '@odfmo/secret-naming'
import { rookHubSecret } from '../rook-hub-secret.ts'
import type {
  HubSecretInput,
  HubSecretResult,
  SecretExchangeHandler,
  SourceMatch,
  SpokeReader,
} from '../secret-exchange-handler.ts'
import { spokeSecret } from '../spoke-secret.ts'
import { isOwnedAndNamed, ownersOf } from './owners.ts'

const { defaultSourceMatch, peerTokenKey, cephMonKey } = contract
const { externalCephSecret } = contract.spoke

const takes: SecretExchangeHandler['takes'] = (kind, object, match: SourceMatch = defaultSourceMatch) =>
  kind === 'Secret' &&
  (isOwnedAndNamed(object, 'CephCluster', match.token) ||
    (object.metadata.name === externalCephSecret && ownersOf(object, 'StorageCluster').length > 0))

/**
 * The token by which Rook's peers reach a StorageCluster: `cluster-peer-token-…` with converged storage, and
 * `rook-ceph-mon` when Ceph is external. Green ones come back as Secrets beside the StorageCluster.
 */
export const rookHandler: SecretExchangeHandler = {
  name: 'rook',
  takes,
  hubSecretKey: (ref) => ({ namespace: ref.clusterName, name: hubSecretName(ref) }),
  hubSecret(input) {
    const { ref, sources, spoke, match, agentClusterUid } = input
    const { name, namespace } = ref.storageClusterRef
    const storageCluster = spoke.storageCluster({ namespace, name })
    if (storageCluster === undefined) {
      return waiting(
        'NoStorageCluster',
        `there is no StorageCluster ${namespace}/${name} on ${ref.clusterName}`,
      )
    }
    const external = storageCluster.spec?.externalStorage?.enable === true
    const secret = sources
      .filter((source) => takes('Secret', source, match) && isOf(source, external, input))
      .toSorted(byPreference(ref))[0]
    const key = external ? cephMonKey.fsid : peerTokenKey.token
    if (secret === undefined) return noToken(ref, external)
    const source = { namespace: secret.metadata.namespace, name: secret.metadata.name ?? '' }
    if ((secret.data?.[key] ?? '') === '') {
      return waiting('TokenIncomplete', `Secret ${source.namespace}/${source.name} has no ${key} yet`)
    }
    return { is: 'present', source, secret: rookHubSecret({ ref, secret, external, agentClusterUid }) }
  },
  takesGreen: ({ metadata }) => metadata.labels?.[contract.label.secretType] === contract.secretKind.green,
  spokeSecret,
}

/** Whether a source is the one kind that counts for this StorageCluster, and leads to it through its owners. */
const isOf = (source: Secret, external: boolean, { ref, spoke }: HubSecretInput): boolean => {
  const { name, namespace } = ref.storageClusterRef
  if (source.metadata.namespace !== namespace) return false
  const isMon = source.metadata.name === externalCephSecret && ownersOf(source, 'StorageCluster').length > 0
  // A converged cluster may have a rook-ceph-mon too, and external Ceph a token: neither is for peers.
  if (isMon !== external) return false
  const owners = isMon
    ? ownersOf(source, 'StorageCluster').map((owner) => owner.name)
    : storageClustersBehind(source, spoke)
  return owners.includes(name)
}

/** Token → CephCluster → StorageCluster; all live in one namespace. */
const storageClustersBehind = (source: Secret, spoke: SpokeReader): readonly string[] => {
  const { namespace } = source.metadata
  return ownersOf(source, 'CephCluster').flatMap(({ name }) => {
    const cephCluster = spoke.cephCluster({ namespace, name } satisfies ObjectKey)
    return cephCluster === undefined ? [] : ownersOf(cephCluster, 'StorageCluster').map((owner) => owner.name)
  })
}

/** The name that Rook gives first; then by name, so that the choice does not depend on the order of a cache. */
const byPreference = ({ storageClusterRef }: PeerRef) => {
  const usual = peerTokenSecretName(storageClusterRef.name)
  return (a: Secret, b: Secret): number => {
    const [nameA = '', nameB = ''] = [a.metadata.name, b.metadata.name]
    if (nameA === usual || nameB === usual) return nameA === usual ? -1 : 1
    return nameA < nameB ? -1 : 1
  }
}

const noToken = (
  { clusterName, storageClusterRef: { namespace, name } }: PeerRef,
  external: boolean,
): HubSecretResult =>
  external
    ? waiting(
        'NoCephSecret',
        `Secret ${namespace}/${externalCephSecret} of StorageCluster ${name} is not there yet`,
      )
    : waiting(
        'NoPeerToken',
        `Rook has made no peer token for StorageCluster ${namespace}/${name} on ${clusterName} yet`,
      )

const waiting = (reason: string, message: string): HubSecretResult => ({ is: 'waiting', reason, message })
