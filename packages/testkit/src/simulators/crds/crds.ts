import type { CustomResourceDefinition } from '@odfmo/api-types'
import { consoleCrds } from './console-crds.ts'
import { ocmHubCrds, ocmSpokeCrds } from './ocm-crds.ts'
import { ramenCrds } from './ramen-crds.ts'
import { storageCrds } from './storage-crds.ts'

/** What a hub serves besides MirrorPeer (`mirrorPeerCrd` of @odfmo/api-types): OCM, Ramen, the console. */
export const hubCrds: readonly CustomResourceDefinition[] = [...ocmHubCrds, ...ramenCrds, ...consoleCrds]

/** What a spoke serves: OCM's work agent, storage, the router. */
export const spokeCrds: readonly CustomResourceDefinition[] = [...ocmSpokeCrds, ...storageCrds]
