import { mirrorPeerCrd } from '@odfmo/api-types'

/** The definition of MirrorPeer as before it had a schema: anything is stored. */
export const schemalessMirrorPeerCrd = {
  ...mirrorPeerCrd,
  spec: {
    ...mirrorPeerCrd.spec,
    versions: mirrorPeerCrd.spec.versions.map((version) => ({
      ...version,
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    })),
  },
} as typeof mirrorPeerCrd
