import { readFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import type { KubeObject } from '@odfmo/api-types/meta'
import { root } from '../command/root.ts'

/** A service that runs in a fleet. */
export type ServiceName = 'hub-controller' | 'token-exchange-agent'

/** What a version puts into clusters: its programs, and what is applied on the hub before them. */
export interface BuiltRelease {
  /** The commit that it was built from. */
  readonly revision: string
  /** The text of each bundle. */
  readonly programs: Readonly<Record<ServiceName, string>>
  /** The definition of MirrorPeer, the hub controller's rights, and the policies if there were any then. */
  readonly objects: readonly KubeObject[]
}

/** The version before, as it is kept: JSON, compressed. */
export const releaseFile = path.join(root, 'tools/acceptance/fleet-in-motion/previous/release.json.br')

/** The two bundles have most of their dependencies in common: the window sees both. */
export const packed = (release: BuiltRelease): Buffer => {
  const text = Buffer.from(JSON.stringify(release))
  return brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  })
}

/** The version before. Throws where the file is not what `npm run previous` writes. */
export const readRelease = (file = releaseFile): BuiltRelease =>
  JSON.parse(brotliDecompressSync(readFileSync(file)).toString('utf8')) as BuiltRelease
