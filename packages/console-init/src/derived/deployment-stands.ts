import { from, type KeySource, type KubeObject, type ObjectKey, type World } from '@odfmo/controller-kit'
import { consoleKey } from '../console-place.ts'
import type { ConsoleKinds } from '../console-kinds.ts'

/**
 * Whether the console's Deployment is there and stays. Without it nothing is made, changed or taken away: it comes and goes
 * when an operator is upgraded, and with the Service OpenShift would take its certificate away, which new pods wait for.
 */
export const deploymentStands = (kinds: ConsoleKinds, world: World, namespace: string): boolean => {
  const deployment = world.meta(kinds.ConsoleDeployment, consoleKey(namespace))
  return deployment !== undefined && deployment.metadata.deletionTimestamp === undefined
}

/** Brings `key` into being when the Deployment comes. */
export const whenDeployed = (kinds: ConsoleKinds, key: ObjectKey): readonly KeySource[] => [
  from<KubeObject>(kinds.ConsoleDeployment, () => [key]),
]
