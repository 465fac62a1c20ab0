import type { Lease, ManagedClusterAddOn } from '@odfmo/api-types'
import type { NewCondition } from '../../access/conditions.ts'

/** A lease counts this many of its usual durations (60 s) after its last renewal. */
const leaseGraceMs = 300_000

/** Whether the klusterlet judges this add-on by its lease. */
export const isHealthByLease = ({ status }: Pick<ManagedClusterAddOn, 'status'>): boolean => {
  const mode = status?.healthCheck?.mode ?? ''
  return mode === '' || mode === 'Lease'
}

/** The add-on's health from the lease that its agent renews on the spoke. */
export const availability = (addOn: string, lease: Lease | undefined, nowMs: number): NewCondition => {
  const type = 'Available'
  const renewed = Date.parse(lease?.spec?.renewTime ?? '')
  if (Number.isNaN(renewed)) {
    const message = `The status of ${addOn} add-on is unknown.`
    return { type, status: 'Unknown', reason: 'ManagedClusterAddOnLeaseNotFound', message }
  }
  return nowMs < renewed + leaseGraceMs
    ? {
        type,
        status: 'True',
        reason: 'ManagedClusterAddOnLeaseUpdated',
        message: `${addOn} add-on is available.`,
      }
    : {
        type,
        status: 'False',
        reason: 'ManagedClusterAddOnLeaseUpdateStopped',
        message: `${addOn} add-on is not available.`,
      }
}
