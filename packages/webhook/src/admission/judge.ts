import { isDeepStrictEqual } from 'node:util'
import {
  validateMirrorPeer,
  validateMirrorPeerUpdate,
  type MirrorPeer,
  type MirrorPeerValidation,
} from '@odfmo/api-types'
import type { AdmissionRequest } from './admission-review.ts'
import { longLists } from './long-lists.ts'

/** What is wrong and what is odd with a MirrorPeer that comes or changes; the functions take whatever JSON there is. */
export const judge = (request: AdmissionRequest): MirrorPeerValidation => {
  const { operation, object, oldObject, username, groups } = request
  const problems = longLists(object)
  // What leaves the spec as it is passes whatever it says, and is not looked into.
  if (
    problems.length > 0 &&
    !(operation === 'UPDATE' && isDeepStrictEqual(specOf(oldObject), specOf(object)))
  ) {
    return { ok: false, problems, warnings: [] }
  }
  return operation === 'UPDATE'
    ? validateMirrorPeerUpdate(oldObject as MirrorPeer, object as MirrorPeer, { username, groups })
    : validateMirrorPeer(object as MirrorPeer)
}

const specOf = (object: unknown): unknown => (object as Partial<MirrorPeer> | null | undefined)?.spec
