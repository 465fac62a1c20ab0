import { kinds, type MirrorPeer, type PeerRef } from '@odfmo/api-types'
import { apiVersionOf, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { hubSecretName } from '@odfmo/secret-naming'
import { peerRef } from '@odfmo/testkit'
import { joinedCluster } from '../hub/objects.ts'
import type { SpokeName } from './calls.ts'

/** Who the agent of a cluster is on the hub, with a certificate as the klusterlet asks for it. */
export const agentOnHub = (cluster: SpokeName) => {
  const group = `system:open-cluster-management:cluster:${cluster}:addon:tokenexchange`
  return {
    user: `${group}:agent:tokenexchange`,
    groups: [group, 'system:open-cluster-management:addon:tokenexchange', 'system:authenticated'],
  }
}

export const { namespace: storageNamespace } = peerRef().storageClusterRef

/** And on its spoke. */
export const agentOnSpoke = {
  user: `system:serviceaccount:${storageNamespace}:token-exchange-agent-sa`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${storageNamespace}`, 'system:authenticated'],
}

export const opposite = (spoke: SpokeName): SpokeName => (spoke === 'cluster1' ? 'cluster2' : 'cluster1')

const mirrorPeerOf = (name: string, items: readonly PeerRef[]): MirrorPeer => ({
  apiVersion: apiVersionOf(kinds.MirrorPeer),
  kind: kinds.MirrorPeer.kind,
  metadata: { name },
  spec: { type: 'async', manageS3: true, schedulingIntervals: ['5m'], items },
})

/** The MirrorPeer of the two spokes. */
export const exchanged = (): MirrorPeer =>
  mirrorPeerOf('mirrorpeer-sample', [
    peerRef({ clusterName: 'cluster1' }),
    peerRef({ clusterName: 'cluster2' }),
  ])

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const textOfBase64 = (text: string): string => Buffer.from(text, 'base64').toString()

/** What Rook makes of a token when its key has changed. */
export const rotated = (
  data: Readonly<Record<string, string>>,
  key: string,
): Readonly<Record<string, string>> => {
  const token = JSON.parse(textOfBase64(textOfBase64(data['token'] ?? ''))) as object
  return { ...data, token: base64(base64(JSON.stringify({ ...token, key }))) }
}

/** Nobody acts on it. */
export const bareSecret = ({ namespace, name }: ObjectKey, text: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { ...(namespace === undefined ? {} : { namespace }), name },
  data: { text: base64(text) },
})

/** A kilobyte, as an application's credentials, a certificate or a registry's login are. */
const content = base64('x'.repeat(768))

export const unrelatedSecret = (namespace: string, at: number): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: `unrelated-${at}`, labels: { app: `app-${at % 100}` } },
    type: 'Opaque',
    data: { content },
  }) as KubeObject

/** A MirrorPeer of the first spoke with a cluster that has delivered and has no agent of its own. */
export const withOthers = (
  at: number,
): { readonly objects: readonly KubeObject[]; readonly mirrorPeer: MirrorPeer; readonly copy: ObjectKey } => {
  const other: PeerRef = peerRef({ clusterName: `other-${at}` })
  return {
    objects: [
      { apiVersion: apiVersionOf(kinds.Namespace), kind: 'Namespace', metadata: { name: other.clusterName } },
      ...joinedCluster(other),
    ],
    mirrorPeer: mirrorPeerOf(`mirrorpeer-${at}`, [peerRef({ clusterName: 'cluster1' }), other]),
    copy: { namespace: storageNamespace, name: hubSecretName(other) },
  }
}
