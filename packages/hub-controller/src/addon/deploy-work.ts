import type { DeepReadonly, KubeObject } from '@odfmo/api-types/meta'
import { addOnName } from './agent-names.ts'
import { ocm } from './ocm.ts'

/** Labelled as our add-on's, and neither a clean-up hook nor of another cluster's add-on. */
export const isDeployWork = ({ metadata }: Pick<DeepReadonly<KubeObject>, 'metadata'>): boolean =>
  metadata.labels?.[ocm.addonNameLabel] === addOnName &&
  metadata.labels[ocm.addonNamespaceLabel] === undefined &&
  metadata.name !== `addon-${addOnName}-pre-delete`
