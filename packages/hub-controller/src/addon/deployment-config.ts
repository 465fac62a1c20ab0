import type { AddOnDeploymentConfig } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { spokeNames } from './agent-names.ts'

/** What is honoured of it: all but `agentInstallNamespace`; the agent lives where its StorageCluster does. */
export type DeploymentConfig = DeepReadonly<NonNullable<AddOnDeploymentConfig['spec']>>

export type Resources = NonNullable<DeploymentConfig['resourceRequirements']>[number]['resources']

/** The image with its registry replaced by the mirror of the last source that it begins with; no source: any image. */
export const mirroredImage = (image: string, { registries = [] }: DeploymentConfig): string =>
  registries.reduce((chosen, { source = '', mirror }) => mirrorOf(image, source, mirror) ?? chosen, image)

const mirrorOf = (image: string, source: string, mirror: string): string | undefined => {
  const to = mirror.replace(/\/$/, '')
  const from = source.replace(/\/$/, '')
  if (from === '') return `${to}/${image.slice(image.lastIndexOf('/') + 1)}`
  // A whole path segment: quay.io/odf must not take quay.io/odf-dev.
  return image.startsWith(from) && /^([/:@]|$)/.test(image.slice(from.length))
    ? to + image.slice(from.length)
    : undefined
}

/** What the container of the agent may use: the last requirement that names it (`kind:name:container`, `*` for any). */
export const resourcesOf = (
  { resourceRequirements = [] }: DeploymentConfig,
  fallback: Resources,
): Resources => {
  const own = ['deployments', spokeNames.deployment, spokeNames.deployment]
  const names = (containerId: string): boolean => {
    const parts = containerId.split(':')
    return parts.length === 3 && parts.every((part, i) => part === '*' || part === own[i])
  }
  return resourceRequirements.findLast(({ containerID }) => names(containerID))?.resources ?? fallback
}

/** A variable of the configuration, undefined when it is not set. */
export const variableOf = (
  { customizedVariables = [] }: DeploymentConfig,
  name: string,
): string | undefined => customizedVariables.findLast((variable) => variable.name === name)?.value

export interface Variable {
  readonly name: string
  readonly value: string
}

/** Proxy settings and custom variables as environment of the agent; `reserved` names are ours and stay ours. */
export const environmentOf = (
  config: DeploymentConfig,
  reserved: ReadonlySet<string>,
): readonly Variable[] => {
  const { httpProxy, httpsProxy, noProxy } = config.proxyConfig ?? {}
  const variables = new Map<string, string>()
  for (const [name, value] of [
    ['HTTP_PROXY', httpProxy],
    ['HTTPS_PROXY', httpsProxy],
    ['NO_PROXY', noProxy],
  ] as const) {
    if (value !== undefined && value !== '') variables.set(name, value)
  }
  for (const { name, value } of config.customizedVariables ?? [])
    if (!reserved.has(name)) variables.set(name, value)
  return [...variables].map(([name, value]) => ({ name, value }))
}
