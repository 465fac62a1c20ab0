import {
  apiVersionOf,
  contract,
  kinds,
  type ConsolePlugin,
  type ConsolePluginService,
  type ConsolePluginV1Alpha1,
} from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { consoleKey, pluginKey, type ConsolePlace } from './console-place.ts'

const { name, displayName, basePath, proxy } = contract.console
const { alias, ...metrics } = proxy

const backendOf = ({ namespace, port }: ConsolePlace): ConsolePluginService => ({
  ...consoleKey(namespace),
  port,
  basePath,
})

/** How OpenShift 4.12 and later are told of the console: fields as in openshift/api, `console/v1/types_console_plugin.go`. */
export const consolePlugin = (place: ConsolePlace): ConsolePlugin => ({
  apiVersion: apiVersionOf(kinds.ConsolePlugin),
  kind: kinds.ConsolePlugin.kind,
  metadata: pluginKey,
  spec: {
    displayName,
    backend: { type: 'Service', service: backendOf(place) },
    proxy: [{ alias, authorization: 'UserToken', endpoint: { type: 'Service', service: metrics } }],
  },
})

/** How OpenShift before 4.12 is told of it, and what the original writes. */
export const consolePluginV1Alpha1 = (place: ConsolePlace): ConsolePluginV1Alpha1 => ({
  apiVersion: apiVersionOf(kinds.ConsolePluginV1Alpha1),
  kind: kinds.ConsolePluginV1Alpha1.kind,
  metadata: pluginKey,
  spec: {
    displayName,
    service: backendOf(place),
    proxy: [{ type: 'Service', alias, authorize: true, service: metrics }],
  },
})

/** What tells the plugin of the console, in either version: any of it is enough, so that a hand edit can be set back. */
interface Marks {
  readonly displayName?: string | undefined
  readonly serviceName?: string | undefined
  readonly aliases: readonly unknown[]
}

const isConsoles = (marks: Marks): boolean =>
  marks.displayName === displayName || marks.serviceName === name || marks.aliases.includes(alias)

/** Whether a ConsolePlugin of that name is the console's: the original's or ours. Else it is somebody's own. */
export const isConsolePlugin = ({ spec }: DeepReadonly<ConsolePlugin>): boolean =>
  isConsoles({
    displayName: spec?.displayName,
    serviceName: spec?.backend?.service?.name,
    aliases: aliasesOf(spec?.proxy),
  })

/** The same of one that is read in v1alpha1. */
export const isConsolePluginV1Alpha1 = ({ spec }: DeepReadonly<ConsolePluginV1Alpha1>): boolean =>
  isConsoles({
    displayName: spec?.displayName,
    serviceName: spec?.service?.name,
    aliases: aliasesOf(spec?.proxy),
  })

/** Total: where the schema admits anything, anything may stand there. */
const aliasesOf = (proxies: unknown): readonly unknown[] =>
  Array.isArray(proxies) ? proxies.map((entry: { readonly alias?: unknown } | null) => entry?.alias) : []
