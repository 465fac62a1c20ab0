import type { DefaultedMirrorPeer } from '../kinds/mirror-peer.ts'
import { defaultSpec } from './default-mirror-peer.ts'
import type { MirrorPeerProblem, MirrorPeerWarning } from './problem.ts'
import { mirrorPeerSpecSchema } from './schema.ts'
import { validateUnknown } from './validate-mirror-peer.ts'

/** A MirrorPeer, or every reason why it is none. */
export type ParsedMirrorPeer =
  | {
      readonly ok: true
      readonly mirrorPeer: DefaultedMirrorPeer
      readonly problems: readonly []
      readonly warnings: readonly MirrorPeerWarning[]
    }
  | {
      readonly ok: false
      readonly mirrorPeer?: undefined
      readonly problems: readonly MirrorPeerProblem[]
      readonly warnings: readonly MirrorPeerWarning[]
    }

/**
 * Reads any value as a MirrorPeer: defaults filled in, unknown fields of spec dropped (each with a warning). Metadata and
 * status are taken as they are: an API server judges them.
 */
export const parseMirrorPeer = (value: unknown): ParsedMirrorPeer => {
  const { ok, problems, warnings } = validateUnknown(value)
  if (!ok) return { ok: false, problems, warnings }
  const object = value as DefaultedMirrorPeer
  const spec = mirrorPeerSpecSchema.parse(defaultSpec(object.spec))
  return {
    ok: true,
    mirrorPeer: { ...object, metadata: object.metadata ?? {}, spec },
    problems: [],
    warnings,
  }
}
