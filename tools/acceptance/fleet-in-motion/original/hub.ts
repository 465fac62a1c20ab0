import { setTimeout as sleep } from 'node:timers/promises'
import {
  contract,
  kinds,
  type ClusterRoleBinding,
  type ManagedClusterAddOn,
  type MirrorPeer,
  type Subject,
} from '@odfmo/api-types'
import type { KubeClient } from '@odfmo/controller-kit'
import { hubSecretName, isSpokeFinalizer } from '@odfmo/secret-naming'
import { golden } from '../golden.ts'
import { agentGroup, agentUser, originalWork } from './manifests.ts'
import { greenSecret } from './secrets.ts'
import { find, isPassing, replace, upsert } from './upsert.ts'

/** The original's hub controller at work, until it is stopped. */
export interface OriginalHub {
  stop(): Promise<void>
}

/** Between two looks; the original has watches, and this one has to be short. */
const roundMs = 100

/** Plays the original's hub controller on a hub where MirrorPeers are: by full updates, as controllers of its age write. */
export const playOriginalHub = (client: KubeClient): OriginalHub => {
  let isStopped = false
  const bound = new Set<string>()
  const play = async (): Promise<void> => {
    while (!isStopped) {
      try {
        await round(client, bound)
      } catch (error) {
        if (!isPassing(error)) throw error
      }
      await sleep(roundMs)
    }
  }
  const played = play()
  // Whoever stops it is told; until then it ends no test but its own.
  played.catch(() => undefined)
  return {
    async stop() {
      isStopped = true
      await played
    },
  }
}

const round = async (client: KubeClient, bound: Set<string>): Promise<void> => {
  for (const mirrorPeer of (await client.list(kinds.MirrorPeer)).items) {
    if (mirrorPeer.metadata.deletionTimestamp === undefined) await keep(client, mirrorPeer, bound)
    else await letGo(client, mirrorPeer)
  }
  await approve(client)
}

const keep = async (client: KubeClient, mirrorPeer: MirrorPeer, bound: Set<string>): Promise<void> => {
  const { finalizers = [], labels = {} } = mirrorPeer.metadata
  if (!finalizers.includes(contract.finalizer.hub)) {
    const metadata = {
      ...mirrorPeer.metadata,
      finalizers: [...finalizers, contract.finalizer.hub],
      labels: { ...labels, [contract.label.backup]: contract.backupResource },
    }
    await client.update(kinds.MirrorPeer, { ...mirrorPeer, metadata })
    return
  }
  const clusters = mirrorPeer.spec.items.map(({ clusterName }) => clusterName)
  for (const cluster of clusters) {
    await addOn(client, mirrorPeer, cluster)
    await rights(client, cluster, bound)
  }
  await exchange(client, mirrorPeer)
}

const addOn = async (client: KubeClient, { metadata }: MirrorPeer, cluster: string): Promise<void> => {
  const wanted = golden<ManagedClusterAddOn>(`hub__managedclusteraddons__${cluster}__tokenexchange`)
  const [reference] = wanted.metadata.ownerReferences ?? []
  if (reference === undefined) throw new Error('the golden add-on has an owner')
  const owner = { ...reference, name: metadata.name ?? '', uid: metadata.uid ?? '' }
  const { spec, status = {} } = wanted
  await upsert(
    client,
    kinds.ManagedClusterAddOn,
    {
      ...wanted,
      metadata: {
        namespace: cluster,
        name: contract.addon.name,
        annotations: { ...wanted.metadata.annotations },
        ownerReferences: [owner],
      },
      ...(spec === undefined ? {} : { spec }),
    },
    // It replaces the whole map of annotations, which others write into too.
    (live) => ({
      ...live,
      metadata: {
        ...live.metadata,
        annotations: { ...wanted.metadata.annotations },
        ownerReferences: withOwner(live.metadata.ownerReferences ?? [], owner),
      },
      ...(spec === undefined ? {} : { spec: { ...live.spec, ...spec } }),
    }),
  )
  const key = { namespace: cluster, name: contract.addon.name }
  const live = await client.get(kinds.ManagedClusterAddOn, key)
  if (live.status?.registrations === undefined)
    await client.patch(kinds.ManagedClusterAddOn, key, 'merge', { status }, { subresource: 'status' })
  const work = originalWork(cluster, live.metadata.uid ?? '')
  await upsert(client, kinds.ManifestWork, work, (old) =>
    JSON.stringify(old.spec) === JSON.stringify(work.spec)
      ? old
      : { ...old, ...(work.spec && { spec: work.spec }) },
  )
}

const withOwner = <T extends { readonly uid: string }>(owners: readonly T[], owner: T): readonly T[] =>
  owners.some(({ uid }) => uid === owner.uid) ? owners : [...owners, owner]

/** Each cluster's turn overwrites the one binding; once, or it would do so for ever. */
const rights = async (client: KubeClient, cluster: string, bound: Set<string>): Promise<void> => {
  if (bound.has(cluster)) return
  await upsert(
    client,
    kinds.ClusterRole,
    golden('hub__clusterroles__open-cluster-management.token-exchange.agent'),
  )
  await upsert(
    client,
    kinds.Role,
    golden(`hub__roles__${cluster}__open-cluster-management.token-exchange.agent`),
  )
  await upsert(
    client,
    kinds.RoleBinding,
    golden(`hub__rolebindings__${cluster}__open-cluster-management.token-exchange.agent`),
  )
  const subjects = subjectsOf(cluster)
  const binding = golden<ClusterRoleBinding>(
    'hub__clusterrolebindings__open-cluster-management.token-exchange.agent',
  )
  await upsert(client, kinds.ClusterRoleBinding, { ...binding, subjects })
  const wide = golden<ClusterRoleBinding>('hub__clusterrolebindings__spoke-clusterrole-bindings')
  await upsert(client, kinds.ClusterRoleBinding, wide)
  bound.add(cluster)
}

const subjectsOf = (cluster: string): readonly Subject[] => [
  { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: agentUser(cluster) },
  { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: agentGroup(cluster) },
]

/** Blue to green, and the phase: by a full update of the status, which knows no conditions. */
const exchange = async (client: KubeClient, mirrorPeer: MirrorPeer): Promise<void> => {
  const { items } = mirrorPeer.spec
  let missing = 0
  for (const source of items) {
    const name = hubSecretName(source)
    const blue = await find(client, kinds.Secret, { namespace: source.clusterName, name })
    if (blue === undefined) missing += 1
    else
      for (const receiver of items.filter((item) => item !== source)) {
        const green = greenSecret(blue, receiver)
        const { data = {} } = green
        await upsert(client, kinds.Secret, green, (live) =>
          Object.entries(data).every(([key, value]) => live.data?.[key] === value) ? live : { ...live, data },
        )
      }
  }
  const phase =
    missing === 0 ? contract.mirrorPeer.phase.exchangedSecret : contract.mirrorPeer.phase.exchangingSecret
  const status = { phase }
  if (JSON.stringify(mirrorPeer.status) !== JSON.stringify(status))
    await client.update(kinds.MirrorPeer, { ...mirrorPeer, status }, { subresource: 'status' })
}

const letGo = async (client: KubeClient, mirrorPeer: MirrorPeer): Promise<void> => {
  const { finalizers = [] } = mirrorPeer.metadata
  if (finalizers.some(isSpokeFinalizer) || !finalizers.includes(contract.finalizer.hub)) return
  for (const { clusterName: namespace } of mirrorPeer.spec.items)
    await client.deleteCollection(kinds.Secret, { namespace, labelSelector: contract.label.secretType })
  const rest = finalizers.filter((one) => one !== contract.finalizer.hub)
  await replace(client, kinds.MirrorPeer, mirrorPeer, {
    ...mirrorPeer,
    metadata: { ...mirrorPeer.metadata, finalizers: rest },
  })
}

const approved = {
  type: 'Approved',
  status: 'True',
  reason: 'AutoApprovedByHubCSRApprovingController',
  message: 'Auto approving addon agent certificate.',
}

const approve = async (client: KubeClient): Promise<void> => {
  for (const { metadata, status } of (await client.list(kinds.CertificateSigningRequest)).items) {
    if (status?.conditions !== undefined) continue
    const key = { name: metadata.name ?? '' }
    const body = { status: { conditions: [approved] } }
    await client.patch(kinds.CertificateSigningRequest, key, 'merge', body, { subresource: 'approval' })
  }
}
