import { serviceFacts, type ServiceFacts } from './service-facts.ts'
import { yamlFile, type GeneratedFile } from './yaml-file.ts'

/** Everything below `deploy/` but its README, as it should be. */
export async function generatedFiles(facts?: ServiceFacts): Promise<readonly GeneratedFile[]> {
  const { hubController } = facts ?? (await serviceFacts())
  return [
    yamlFile('base/hub-controller-rbac.yaml', 'packages/hub-controller/src/rbac.ts', hubController.rbac),
  ]
}
