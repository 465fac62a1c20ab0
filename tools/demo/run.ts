import type { MirrorPeer } from '@odfmo/api-types'
import type { DemoOptions } from './options.ts'
import type { View } from './view/view.ts'
import type { World } from './world/world.ts'

/** One run of the demo: what all its phases need. */
export interface Run {
  readonly world: World
  readonly mirrorPeers: readonly MirrorPeer[]
  readonly options: DemoOptions
  readonly view: View
  readonly signal: AbortSignal
}

export const nameOf = (mirrorPeer: MirrorPeer): string => mirrorPeer.metadata.name ?? ''
