import {
  validateMirrorPeer,
  validateMirrorPeerUpdate,
  type MirrorPeer,
  type MirrorPeerValidation,
} from '@odfmo/api-types'
import type { AdmissionRequest } from './admission-review.ts'

/** What is wrong and what is odd with a MirrorPeer that comes or changes; both functions take whatever JSON there is. */
export const judge = ({ operation, object, oldObject, username }: AdmissionRequest): MirrorPeerValidation =>
  operation === 'UPDATE'
    ? validateMirrorPeerUpdate(oldObject as MirrorPeer, object as MirrorPeer, { username })
    : validateMirrorPeer(object as MirrorPeer)
