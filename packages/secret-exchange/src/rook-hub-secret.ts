import { contract, type PeerRef, type Secret } from '@odfmo/api-types'
import { hubSecretName } from '@odfmo/secret-naming'
import { base64OfText } from './base64.ts'
import { expectObject } from './expect-argument.ts'
import { agentAnnotation, hubSecret } from './hub-secret.ts'
import { encodeSecretData } from './secret-data.ts'

/** What a peer ref's Rook secret on the hub is made from. */
export interface RookHubSecretInput {
  readonly ref: PeerRef
  /** The spoke's own: the peer token, or `rook-ceph-mon` of external Ceph. Every key of it goes in. */
  readonly secret: Pick<Secret, 'data'>
  /** Ceph runs outside of the cluster. */
  readonly external: boolean
  /** uid of the spoke's namespace kube-system; left out: no annotation. */
  readonly agentClusterUid?: string | undefined
}

/**
 * The secret that the agent brings to the hub for Rook: BLUE (a token for the peers), or INTERNAL with external Ceph.
 * @throws SecretExchangeError when a value of the spoke's secret is no base64.
 */
export const rookHubSecret = ({ ref, secret, external, agentClusterUid }: RookHubSecretInput): Secret => {
  expectObject('secret', secret)
  return hubSecret({
    name: hubSecretName(ref),
    namespace: ref.clusterName,
    type: contract.secretType.agent,
    secretKind: external ? contract.secretKind.internal : contract.secretKind.blue,
    storageClusterRef: ref.storageClusterRef,
    annotations: agentAnnotation(agentClusterUid),
    data: {
      [contract.hubSecretKey.clusterType]: base64OfText(
        external ? contract.clusterType.external : contract.clusterType.converged,
      ),
      [contract.hubSecretKey.secretData]: base64OfText(encodeSecretData(secret.data)),
      [contract.hubSecretKey.secretOrigin]: base64OfText(contract.secretOrigin.rook),
    },
  })
}
