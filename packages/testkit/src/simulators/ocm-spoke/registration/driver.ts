import { kinds } from '@odfmo/api-types'
import type { ManagedClusterAddOn } from '@odfmo/api-types'
import type { ClusterClient } from '../../../access/cluster-client.ts'
import { ensureStatus } from '../../../access/ensure.ts'
import { clientSigner } from './registration.ts'

/** How a klusterlet gets its add-ons their identity on the hub. */
export type RegistrationDriver = 'csr' | 'token'

/** Says in an add-on's status by which driver its agent is registered, as klusterlets do since OCM 1.2; true: said already. */
export const ensureDriver = async (
  hub: ClusterClient,
  addOn: ManagedClusterAddOn,
  driver: RegistrationDriver,
): Promise<boolean> => {
  const asks = addOn.status?.registrations?.some(({ signerName }) => signerName === clientSigner) === true
  const kubeClientDriver = asks ? driver : ''
  if ((addOn.status?.kubeClientDriver ?? '') === kubeClientDriver) return true
  await ensureStatus(hub, kinds.ManagedClusterAddOn, addOn, { kubeClientDriver })
  return false
}
