import { hubReference } from '../reference/hub-reference.ts'
import { baseFiles } from './kustomize/base.ts'
import { componentFiles } from './kustomize/components.ts'
import { overlayFiles } from './kustomize/overlays.ts'
import { olmFiles } from './olm/olm-files.ts'
import { serviceFacts } from './service-facts.ts'
import type { GeneratedFile } from './yaml-file.ts'

/** Everything below `deploy/` but its README, as it should be. */
export async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  const [facts, hub] = await Promise.all([serviceFacts(), hubReference()])
  return [...baseFiles(facts), ...componentFiles(facts, hub), ...overlayFiles(), ...olmFiles(facts, hub)]
}
