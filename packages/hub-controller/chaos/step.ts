import type { Random } from './random.ts'
import type { World } from './world.ts'

/** Something that can happen. */
export interface Action {
  readonly name: string
  /** How often, beside the others. */
  readonly weight: number
  /** Does it, and says what was done; undefined: there was nothing to do it to. */
  run(world: World, random: Random): Promise<string | undefined>
}
