import { createHash } from 'node:crypto'
import type {
  AddOnDeploymentConfig,
  ClusterManagementAddOn,
  ManagedClusterAddOn,
  ManifestWork,
} from '@odfmo/api-types'
import type { OwnerReference } from '@odfmo/api-types/meta'
import { conditionOf, conditionsWith } from '../../access/conditions.ts'
import type { NewCondition } from '../../access/conditions.ts'

type AddOnStatus = NonNullable<ManagedClusterAddOn['status']>
type ConfigReference = NonNullable<AddOnStatus['configReferences']>[number]

const addOnGroup = 'addon.open-cluster-management.io'
const lifecycleAnnotation = 'addon.open-cluster-management.io/lifecycle'
const configHashAnnotation = 'open-cluster-management.io/config-spec-hash'

/** Whether OCM's own addon-manager looks after an add-on: so unless its manager says that it does all itself. */
export const isManagedByOcm = ({ metadata }: Pick<ClusterManagementAddOn, 'metadata'>): boolean =>
  metadata.annotations?.[lifecycleAnnotation] !== 'self'

/**
 * The owner references with the ClusterManagementAddOn as the controller: merged by group, kind and name, so that one
 * of another version of the group is taken over. Undefined when all is well.
 */
export const ownersWith = (
  owners: readonly OwnerReference[] | undefined,
  owner: Pick<ClusterManagementAddOn, 'metadata'>,
): readonly OwnerReference[] | undefined => {
  const wanted: OwnerReference = {
    apiVersion: `${addOnGroup}/v1alpha1`,
    kind: 'ClusterManagementAddOn',
    name: owner.metadata.name ?? '',
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
  const found = (owners ?? []).find(
    ({ apiVersion, kind, name }) =>
      apiVersion.startsWith(`${addOnGroup}/`) && kind === wanted.kind && name === wanted.name,
  )
  if (found?.uid === wanted.uid && found.controller === true && found.blockOwnerDeletion === true)
    return undefined
  return [...(owners ?? []).filter((one) => one !== found), wanted]
}

export interface AddOnStatusInput {
  readonly addOn: ManagedClusterAddOn
  readonly owner: ClusterManagementAddOn
  /** The configuration that a reference names, if it exists. */
  readonly configOf: (reference: { namespace?: string; name: string }) => AddOnDeploymentConfig | undefined
  /** The add-on's works in the cluster's namespace. */
  readonly works: readonly ManifestWork[]
  readonly nowMs: number
}

/** What the addon-manager writes into an add-on's status: only the fields that change. */
export const addOnStatus = (input: AddOnStatusInput): Partial<AddOnStatus> => {
  const { addOn, nowMs } = input
  const references = configReferences(input)
  const unsupported = unsupportedConfig(addOn)
  const missing = references.find(({ desiredConfig }) => desiredConfig?.specHash === undefined)
  const conditions = conditionsWith(
    addOn.status?.conditions,
    [configured(missing), progressing(addOn, unsupported)],
    nowMs,
  )
  return {
    ...(references.length === 0 && addOn.status?.configReferences === undefined
      ? {}
      : { configReferences: references }),
    ...(conditions === undefined ? {} : { conditions }),
  }
}

const unsupportedConfig = ({ spec, status }: ManagedClusterAddOn): string | undefined => {
  const supported = status?.supportedConfigs ?? []
  const found = (spec?.configs ?? []).find(
    ({ group, resource }) => !supported.some((one) => one.group === group && one.resource === resource),
  )
  return found === undefined ? undefined : `${found.resource}.${found.group ?? ''}`
}

/** The user's configurations, then the defaults of resources that the user named none for. */
const configReferences = ({ addOn, owner, configOf, works }: AddOnStatusInput): ConfigReference[] => {
  const own = addOn.spec?.configs ?? []
  const defaults = (owner.spec?.supportedConfigs ?? []).flatMap(({ group, resource, defaultConfig }) =>
    defaultConfig === undefined || own.some((one) => one.group === group && one.resource === resource)
      ? []
      : [{ group, resource, ...defaultConfig }],
  )
  return [...own, ...defaults].map(({ group, resource, namespace, name }) => {
    const config = configOf({ namespace, name })
    const specHash = config === undefined ? undefined : specHashOf(config.spec)
    const key = `${resource}.${group ?? ''}/${namespace ?? ''}/${name}`
    const applied = works.map((work) => appliedHash(work, key)).find((hash) => hash !== undefined)
    return {
      group,
      resource,
      namespace,
      name,
      desiredConfig: { namespace, name, ...(specHash === undefined ? {} : { specHash }) },
      ...(applied === undefined ? {} : { lastAppliedConfig: { namespace, name, specHash: applied } }),
      ...(config?.metadata.generation === undefined
        ? {}
        : { lastObservedGeneration: config.metadata.generation }),
    }
  })
}

/** A configuration's hash as the addon-manager computes it: over the JSON of its spec. */
export const specHashOf = (spec: object | undefined): string =>
  createHash('sha256')
    .update(JSON.stringify(spec ?? {}))
    .digest('hex')

const appliedHash = ({ metadata, status }: ManifestWork, key: string): string | undefined => {
  if (conditionOf(status?.conditions, 'Applied')?.status !== 'True') return undefined
  try {
    const hashes = JSON.parse(metadata.annotations?.[configHashAnnotation] ?? '{}') as Record<string, unknown>
    const hash = hashes[key]
    return typeof hash === 'string' ? hash : undefined
  } catch {
    return undefined // somebody's annotation that is no JSON: no configuration is applied by it
  }
}

const configured = (missing: ConfigReference | undefined): NewCondition =>
  missing === undefined
    ? {
        type: 'Configured',
        status: 'True',
        reason: 'ConfigurationsConfigured',
        message: 'Configurations configured',
      }
    : {
        type: 'Configured',
        status: 'False',
        reason: 'ConfigurationsNotConfigured',
        message: `Configuration ${missing.resource} ${missing.name ?? ''} is not found`,
      }

const progressing = ({ status }: ManagedClusterAddOn, unsupported: string | undefined): NewCondition => {
  const type = 'Progressing'
  if (unsupported !== undefined) {
    const message = `Configuration with gr ${unsupported} is not supported for this addon`
    return { type, status: 'False', reason: 'ConfigurationUnsupported', message }
  }
  const applied = conditionOf(status?.conditions, 'ManifestApplied')
  switch (applied?.status) {
    case 'True':
      return { type, status: 'False', reason: 'Completed', message: 'completed with no errors.' }
    case 'False':
      return { type, status: 'False', reason: 'Failed', message: applied.message }
    case 'Unknown':
    case undefined:
      return {
        type,
        status: 'True',
        reason: 'WaitingForManifestApplied',
        message: 'waiting for the manifests to be applied',
      }
  }
}
