import type { Random } from '../../../packages/hub-controller/chaos/random.ts'
import type { FleetWorld } from './world.ts'

/** Something that can happen to a fleet. */
export interface FleetAction {
  readonly name: string
  /** How often, beside the others. */
  readonly weight: number
  /** Does it, and says what was done; undefined: there was nothing to do it to. */
  run(world: FleetWorld, random: Random): Promise<string | undefined>
}
