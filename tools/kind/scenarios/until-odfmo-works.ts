import { contract, kinds, type Deployment, type StorageCluster } from '@odfmo/api-types'
import { apiVersionOf, type Kind } from '@odfmo/api-types/meta'
import type { KindRef } from '@odfmo/testkit'
import type { Fleet } from './fleet.ts'
import { mirrorPeerOf } from './mirror-peer.ts'
import { convergedRef } from './storage-refs.ts'

const refOf = (kind: Kind): KindRef => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })

/** Resolves when all services run and have begun to work, MirrorPeers are taken, and storage is set up. */
export const untilOdfmoWorks = async (fleet: Fleet): Promise<void> => {
  const { hub, spokes, observer, until, signal } = fleet
  await until(async () => {
    const deployments = (await hub.list(refOf(kinds.Deployment), fleet.namespace)) as Deployment[]
    if (deployments.length === 0)
      throw new Error(
        `odfmo is not installed: there is no Deployment in namespace ${fleet.namespace} of the hub`,
      )
    for (const { metadata, spec, status } of deployments)
      if ((status?.readyReplicas ?? 0) < (spec?.replicas ?? 1))
        throw new Error(`Deployment ${fleet.namespace}/${metadata.name} of the hub is not ready`)
  })
  await until(async () => {
    if ((await hub.get(refOf(kinds.ClusterManagementAddOn), { name: contract.addon.name })) === undefined)
      throw new Error(
        `the hub controller has not begun: there is no ClusterManagementAddOn ${contract.addon.name}`,
      )
  })
  for (const spoke of spokes) {
    await until(async () => {
      const found = (await spoke.get(refOf(kinds.StorageCluster), convergedRef)) as StorageCluster | undefined
      if (found?.status?.phase !== 'Ready')
        throw new Error(`${spoke.name} has no StorageCluster that is ready`)
    })
  }
  // An API server may take a moment until it has the certificate of the webhook.
  const probe = mirrorPeerOf(fleet, 'odfmo-scenario-probe')
  await until(() => observer.client('hub').create(kinds.MirrorPeer, probe, { dryRun: true, signal }))
}
