import type { ClusterManagementAddOn } from '@odfmo/api-types'
import { derived, edited, from, present, type Derived } from '@odfmo/controller-kit'
import type { AddonContext } from './addon-context.ts'
import { addOnName } from './agent-names.ts'
import { ocm } from './ocm.ts'

export const clusterManagementAddOnKey = { name: addOnName }

/** The configuration kinds an administrator may set for the add-on; also said in each add-on's status. */
export const supportedConfigs = [{ group: ocm.addonGroup, resource: 'addondeploymentconfigs' }] as const

const addOnMeta = {
  displayName: 'ODF token exchange',
  description:
    'Exchanges storage peer tokens and S3 credentials between clusters and enables mirroring on them.',
}

/** Says to OCM what the add-on is. Always there: its own add-on manager then does the owners and configurations. */
export const clusterManagementAddOn = ({ kinds }: AddonContext): Derived<ClusterManagementAddOn> =>
  derived({
    name: 'cluster-management-add-on',
    kind: kinds.ClusterManagementAddOn,
    always: [clusterManagementAddOnKey],
    keys: [
      from(kinds.ClusterManagementAddOn, (live) =>
        live.metadata.name === addOnName ? [clusterManagementAddOnKey] : [],
      ),
    ],
    wanted(key, world) {
      const live = world.get(kinds.ClusterManagementAddOn, key)
      // Left out before OCM 0.16, the lifecycle would be "self": then nobody sets owners and configurations.
      const annotations = { [ocm.lifecycleAnnotation]: 'addon-manager' }
      const spec = {
        addOnMeta,
        // Placements would delete the add-ons that MirrorPeers want.
        installStrategy: { type: 'Manual' },
        supportedConfigs: withOurs(live?.spec?.supportedConfigs),
      }
      if (live === undefined) return present({ metadata: { ...key, annotations }, spec })
      return edited({
        ...live,
        metadata: { ...live.metadata, annotations: { ...live.metadata.annotations, ...annotations } },
        spec: { ...live.spec, ...spec },
      })
    },
  })

type Supported = NonNullable<ClusterManagementAddOn['spec']>['supportedConfigs']

/** An administrator's entries stay: they name default configurations. */
const withOurs = (existing: Supported = []): NonNullable<Supported> => [
  ...existing,
  ...supportedConfigs.filter(
    ({ group, resource }) => !existing.some((entry) => entry.group === group && entry.resource === resource),
  ),
]
