import type { CertificateSigningRequest } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { derived, edited, from, leave, type Derived } from '@odfmo/controller-kit'
import { addOnKey } from './add-on-key.ts'
import type { AddonContext } from './addon-context.ts'
import { approvalOf, clusterOfRequest, isDecided } from './approval.ts'
import { timestamp } from './conditions.ts'
import { waiting } from '../status/waiting.ts'

/** Approves the certificates that klusterlets ask for on behalf of our agents; leaves every other request alone. */
export const csrApproval = ({ kinds }: AddonContext): Derived<CertificateSigningRequest> =>
  derived({
    name: 'csr-approval',
    kind: kinds.CertificateSigningRequest,
    subresource: 'approval',
    keys: [
      from(kinds.CertificateSigningRequest, (csr) =>
        clusterOfRequest(csr) === undefined ? [] : [keyOf(csr)],
      ),
    ],
    wanted(key, world) {
      const csr = world.get(kinds.CertificateSigningRequest, key)
      if (csr === undefined || isDecided(csr)) return leave()
      const name = clusterOfRequest(csr) ?? ''
      const approval = approvalOf({
        csr,
        cluster: world.read(kinds.ManagedCluster, { name }, ['spec', 'meta']),
        addOn: world.meta(kinds.ManagedClusterAddOn, addOnKey(name)),
      })
      switch (approval.is) {
        case 'decided':
          return leave()
        case 'refuse':
          return waiting(approval.reason, `not approved: ${approval.message}`)
        case 'approve': {
          const time = timestamp(world.now())
          const approved = {
            type: 'Approved',
            status: 'True',
            reason: 'AutoApprovedByHubCSRApprovingController',
            message: 'Auto approving addon agent certificate.',
            lastUpdateTime: time,
            lastTransitionTime: time,
          } as const
          const conditions = [...(csr.status?.conditions ?? []), approved]
          return edited({ ...csr, status: { ...csr.status, conditions } })
        }
      }
    },
  })
