import { contract } from '@odfmo/api-types'
import type { Derived } from '@odfmo/controller-kit'
import { consoleKinds, type ConsoleKinds } from './console-kinds.ts'
import { pluginRule, pluginV1Alpha1Rule } from './derived/plugin.ts'
import { serviceRule } from './derived/service.ts'

/** Which console, in which cluster. */
export interface ConsoleInitOptions {
  /** The operator's own namespace, in which the console's Deployment is. */
  readonly namespace: string
  /** On which the console serves HTTPS. Default: 9001. */
  readonly port?: number
  /** The cluster's name, as its `KubeClient` has it. Default: `hub`. */
  readonly cluster?: string
}

/** The two objects of the console, as rules for an engine. */
export interface ConsoleInit {
  readonly namespace: string
  readonly kinds: ConsoleKinds
  /** The Service, and the ConsolePlugin in each of its two versions, of which one is written. */
  readonly derived: readonly Derived[]
}

/** What is to be given to an engine, for one console. Nothing is watched or written before the engine runs. */
export const consoleInit = ({
  namespace,
  port = contract.console.port,
  cluster = 'hub',
}: ConsoleInitOptions): ConsoleInit => {
  const kinds = consoleKinds(cluster, namespace)
  const place = { namespace, port }
  return {
    namespace,
    kinds,
    derived: [
      serviceRule(kinds, place),
      pluginRule(kinds, place),
      pluginV1Alpha1Rule(kinds, place),
    ] as readonly Derived[],
  }
}
