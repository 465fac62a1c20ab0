import { contract, type ManagedClusterAddOn } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import type { World } from '@odfmo/controller-kit'
import type { AddonContext } from './addon-context.ts'
import type { AgentValues } from './agent-deployment.ts'
import { odrNamespaceOf } from './agent-manifests.ts'
import { configurationOf, type Configuration } from './configuration.ts'

/** OCM's default, should the field ever be empty. */
const defaultInstallNamespace = 'open-cluster-management-agent-addon'

/** The values, or why there are none: a configuration that cannot be used. */
export type FoundValues =
  | { readonly is: 'found'; readonly values: AgentValues }
  | Extract<Configuration, { readonly is: 'refused' }>

/** What a cluster's add-on says about its agent, with the configuration that applies to it. */
export const agentValues = (
  context: AddonContext,
  world: World,
  addOn: DeepReadonly<ManagedClusterAddOn>,
): FoundValues => {
  const configuration = configurationOf(context, world, addOn)
  if (configuration.is === 'refused') return configuration
  const config = configuration.is === 'found' ? configuration.config : undefined
  const { annotations = {} } = addOn.metadata
  const values = {
    image: context.image,
    installNamespace: addOn.spec?.installNamespace ?? defaultInstallNamespace,
    mode: annotations[contract.annotation.mode] ?? contract.mirrorPeer.defaultType,
    odrNamespace: annotations[contract.annotation.odrNamespace],
    config,
  }
  const odrNamespace = odrNamespaceOf(values)
  if (odrNamespace !== undefined && !isNamespaceName(odrNamespace)) {
    const message = `ODR_NAMESPACE of the add-on is no name of a namespace: ${JSON.stringify(odrNamespace)}`
    return { is: 'refused', reason: 'BadConfiguration', message }
  }
  return { is: 'found', values }
}

const isNamespaceName = (name: string): boolean => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)
