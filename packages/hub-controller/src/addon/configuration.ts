import type { AddOnDeploymentConfig, ConfigGroupResource, ManagedClusterAddOn } from '@odfmo/api-types'
import { keyText, type DeepReadonly, type ObjectKey } from '@odfmo/api-types/meta'
import type { World } from '@odfmo/controller-kit'
import type { AddonContext } from './addon-context.ts'
import { clusterManagementAddOnKey, supportedConfigs } from './cluster-management-add-on.ts'
import { configProblem } from './config-problem.ts'
import type { DeploymentConfig } from './deployment-config.ts'

type ConfigurationReason = 'NoConfiguration' | 'BadConfiguration'

/** The AddOnDeploymentConfig of an add-on, if one is wanted. */
export type Configuration =
  | { readonly is: 'none' }
  | { readonly is: 'found'; readonly config: DeploymentConfig }
  /** Named, and not to be used: it is not there, or it makes no sense. */
  | { readonly is: 'refused'; readonly reason: ConfigurationReason; readonly message: string }

/** What a v1alpha1 default without configuration is called once it went through v1beta1; some releases pass it on. */
const noDefaultName = '__reserved_no_default__'

/**
 * Of what the add-on and the ClusterManagementAddOn name, the configuration that OCM chose (`status.configReferences`).
 * Where it has chosen none, because its add-on manager has not come to it or is not there at all, the first. One that
 * only the status names is none: klusterlets may write that, and the work would show them another cluster's.
 */
export const configurationOf = (
  { kinds }: Pick<AddonContext, 'kinds'>,
  world: World,
  addOn: DeepReadonly<ManagedClusterAddOn>,
): Configuration => {
  const { supportedConfigs: defaults = [] } =
    world.spec(kinds.ClusterManagementAddOn, clusterManagementAddOnKey)?.spec ?? {}
  const possible = namesIn([
    ...(addOn.spec?.configs ?? []),
    ...defaults.map(({ defaultConfig, ...kind }) => ({ ...kind, ...defaultConfig })),
  ])
  const [chosen] = chosenNames(addOn)
  const named =
    possible.find((one) => chosen !== undefined && keyText(one) === keyText(chosen)) ?? possible[0]
  if (named === undefined) return { is: 'none' }
  const config: DeepReadonly<Pick<AddOnDeploymentConfig, 'spec'>> | undefined = world.spec(
    kinds.AddOnDeploymentConfig,
    named,
  )
  const text = `AddOnDeploymentConfig ${named.namespace ?? ''}/${named.name}`
  // Where an administrator said it must run matters more than that it runs at once.
  if (config === undefined) {
    return {
      is: 'refused',
      reason: 'NoConfiguration',
      message: `the add-on names ${text}, which is not there`,
    }
  }
  const problem = configProblem(config.spec ?? {})
  return problem === undefined
    ? { is: 'found', config: config.spec ?? {} }
    : { is: 'refused', reason: 'BadConfiguration', message: `${text}: ${problem}` }
}

/** Of a work that waits for a configuration. */
export const configurationReasons: ReadonlySet<string> = new Set<ConfigurationReason>([
  'NoConfiguration',
  'BadConfiguration',
])

type Named = DeepReadonly<ConfigGroupResource> & { readonly namespace?: string; readonly name?: string }

const isDeploymentConfig = (one: DeepReadonly<ConfigGroupResource>): boolean =>
  supportedConfigs.some(({ group, resource }) => one.group === group && one.resource === resource)

const namesIn = (those: readonly Named[]): readonly ObjectKey[] =>
  those
    .filter(isDeploymentConfig)
    .map(({ namespace = '', name = '' }) => ({ namespace, name }))
    .filter(({ name }) => name !== '' && name !== noDefaultName)

/** Before OCM 0.11 a reference had no `desiredConfig`, only the name. */
const chosenNames = ({ status }: DeepReadonly<ManagedClusterAddOn>): readonly ObjectKey[] =>
  namesIn((status?.configReferences ?? []).map((reference) => ({ ...reference, ...reference.desiredConfig })))
