import { contract, type ConsolePlugin, type ConsolePluginV1Alpha1 } from '@odfmo/api-types'
import {
  derived,
  leave,
  present,
  waiting,
  type Derived,
  type EngineReason,
  type World,
} from '@odfmo/controller-kit'
import { definitionKey, type ConsoleKinds } from '../console-kinds.ts'
import { pluginKey, type ConsolePlace } from '../console-place.ts'
import {
  consolePlugin,
  consolePluginV1Alpha1,
  isConsolePlugin,
  isConsolePluginV1Alpha1,
} from '../console-plugin.ts'
import { deploymentStands, whenDeployed } from './deployment-stands.ts'

/** The version in which the cluster is written to: it is one object, seen in two versions. Undefined: it serves neither. */
const versionOf = (kinds: ConsoleKinds, world: World): 'v1' | 'v1alpha1' | undefined => {
  const { versions = [] } = world.spec(kinds.PluginDefinition, definitionKey)?.spec ?? {}
  const isServed = (version: string): boolean =>
    versions.some(({ name, served }) => name === version && served)
  if (isServed(kinds.ConsolePlugin.kind.version)) return 'v1'
  return isServed(kinds.ConsolePluginV1Alpha1.kind.version) ? 'v1alpha1' : undefined
}

/** The ConsolePlugin in v1. It says what is waited for where neither version is served. */
export const pluginRule = (kinds: ConsoleKinds, place: ConsolePlace): Derived<ConsolePlugin> =>
  derived({
    name: 'console-plugin',
    kind: kinds.ConsolePlugin,
    keys: whenDeployed(kinds, pluginKey),
    ours: isConsolePlugin,
    wanted(_key, world) {
      if (!deploymentStands(kinds, world, place.namespace)) return leave()
      switch (versionOf(kinds, world)) {
        case 'v1':
          return present(consolePlugin(place))
        case 'v1alpha1':
          return leave()
        case undefined:
          return waiting('KindNotServed' satisfies EngineReason, notServed(kinds))
      }
    },
  })

/** The ConsolePlugin in v1alpha1, where v1 is not served. */
export const pluginV1Alpha1Rule = (
  kinds: ConsoleKinds,
  place: ConsolePlace,
): Derived<ConsolePluginV1Alpha1> =>
  derived({
    name: 'console-plugin-v1alpha1',
    kind: kinds.ConsolePluginV1Alpha1,
    keys: whenDeployed(kinds, pluginKey),
    ours: isConsolePluginV1Alpha1,
    wanted: (_key, world) =>
      deploymentStands(kinds, world, place.namespace) && versionOf(kinds, world) === 'v1alpha1'
        ? present(consolePluginV1Alpha1(place))
        : leave(),
  })

const notServed = ({ ConsolePlugin: { cluster } }: ConsoleKinds): string =>
  `ConsolePlugin ${contract.console.name} waits for OpenShift's console: cluster ${cluster} serves ` +
  `${definitionKey.name} neither in v1 nor in v1alpha1 yet; it is made when the definition comes`
