import { kinds } from '@odfmo/api-types'
import type { AdmissionAnswer, AdmissionRequest } from './admission-review.ts'
import { notOurs } from './denial.ts'

const { group, version, kind, plural } = kinds.MirrorPeer

/** What one webhook answers to a request. Must not throw, whatever JSON the objects are. */
export type Admit = (request: AdmissionRequest) => AdmissionAnswer

/**
 * Lets `admit` answer about MirrorPeers that come or change. Everything that ends something, and status, is allowed first:
 * whatever is going away must be able to. What this webhook knows nothing of is refused in words, for nobody should ask.
 */
export const mirrorPeerRequests =
  (admit: Admit): Admit =>
  (request) => {
    const { operation, subResource } = request
    if (operation === 'DELETE' || operation === 'CONNECT') return { allowed: true }
    const other = otherThanOurs(request)
    if (other !== undefined) {
      const message = `this webhook judges ${plural}.${group}/${version}, not ${other}: correct the rules of the webhook configuration that asks it`
      return { allowed: false, status: notOurs(message) }
    }
    return subResource === 'status' ? { allowed: true } : admit(request)
  }

const otherThanOurs = ({ kind: asked, resource, subResource }: AdmissionRequest): string | undefined => {
  if (
    differs(resource.group ?? asked.group, group) ||
    differs(asked.group, group) ||
    differs(resource.name, plural) ||
    differs(asked.name, kind)
  ) {
    return `${resource.name ?? asked.name ?? 'something'} of ${JSON.stringify(resource.group ?? asked.group ?? '')}`
  }
  // The object is of the version of `kind`; `resource` says by which one it was asked for.
  if (differs(asked.version, version)) return `its version ${asked.version}`
  return subResource === '' || subResource === 'status' ? undefined : `its subresource ${subResource}`
}

const differs = (asked: string | undefined, ours: string): boolean => asked !== undefined && asked !== ours
