import { contract, type ManagedClusterAddOn } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import type { World } from '@odfmo/controller-kit'
import type { AddonContext } from './addon-context.ts'
import type { AgentValues } from './agent-deployment.ts'
import { ocm } from './ocm.ts'

/** OCM's default, should the field ever be empty. */
const defaultInstallNamespace = 'open-cluster-management-agent-addon'

/** The values, or the configuration that was named and is not there. */
export type FoundValues =
  | { readonly is: 'found'; readonly values: AgentValues }
  | { readonly is: 'noConfiguration'; readonly name: string }

/** What a cluster's add-on says about its agent, with the configuration that OCM chose for it. */
export const agentValues = (
  { kinds, image }: AddonContext,
  world: World,
  addOn: DeepReadonly<ManagedClusterAddOn>,
): FoundValues => {
  const { annotations = {} } = addOn.metadata
  const reference = addOn.status?.configReferences?.find(
    ({ group, resource, desiredConfig }) =>
      group === ocm.addonGroup && resource === 'addondeploymentconfigs' && desiredConfig !== undefined,
  )
  const { name = '', namespace = '' } = reference?.desiredConfig ?? {}
  const config = name === '' ? undefined : world.spec(kinds.AddOnDeploymentConfig, { namespace, name })
  // Where an administrator said it must run matters more than that it runs at once.
  if (name !== '' && config === undefined) return { is: 'noConfiguration', name: `${namespace}/${name}` }
  const values = {
    image,
    installNamespace: addOn.spec?.installNamespace ?? defaultInstallNamespace,
    mode: annotations[contract.annotation.mode] ?? contract.mirrorPeer.defaultType,
    odrNamespace: annotations[contract.annotation.odrNamespace],
    config: config?.spec,
  }
  return { is: 'found', values }
}
