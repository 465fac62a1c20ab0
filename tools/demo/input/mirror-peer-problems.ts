import type { Problem } from './problem.ts'
import type { YamlObject } from './yaml-objects.ts'

/** placeholder until validation arrives */
export function mirrorPeerProblems(_one: YamlObject, _clusters: readonly string[]): Problem[] {
  return []
}
