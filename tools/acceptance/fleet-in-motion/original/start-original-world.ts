import { startFleetWorld, type FleetWorld } from '../fleet-world.ts'
import { goldenFsid } from './lay-out.ts'
import { originalImage } from './manifests.ts'
import { originalAgent } from './program.ts'

/** A fleet with the storage that the golden objects are of, whose nodes have the original's image too. */
export const startOriginalWorld = (): Promise<FleetWorld> =>
  startFleetWorld({ fsidOf: goldenFsid, images: { [originalImage]: originalAgent } })
