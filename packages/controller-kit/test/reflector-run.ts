import type { KubeObject } from '@odfmo/api-types/meta'
import type { ReflectorEffect, ReflectorInput, ReflectorState } from '../src/cache/reflector-state.ts'
import { reflectorStep } from '../src/cache/reflector-step.ts'

export const object = (name: string, version: number): KubeObject => ({
  metadata: { name, uid: name, resourceVersion: String(version) },
})

/** Takes the inputs one after the other: where that leads, and all that was to be done. */
export const run = (
  state: ReflectorState,
  ...inputs: readonly ReflectorInput[]
): { state: ReflectorState; effects: ReflectorEffect[] } => {
  const effects: ReflectorEffect[] = []
  for (const input of inputs) {
    const step = reflectorStep(state, input, 0.5)
    state = step.state
    effects.push(...step.effects)
  }
  return { state, effects }
}
