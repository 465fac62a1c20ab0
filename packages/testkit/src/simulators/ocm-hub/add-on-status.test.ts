import { expect, test } from 'vitest'
import type {
  AddOnDeploymentConfig,
  ClusterManagementAddOn,
  ManagedClusterAddOn,
  ManifestWork,
} from '@odfmo/api-types'
import { managedCluster, managedClusterAddOn } from '../../builders/builders.ts'
import { conditionOf } from '../../access/conditions.ts'
import { addOnStatus, isManagedByOcm, ownersWith, specHashOf } from './add-on-status.ts'
import { clusterStep } from './managed-cluster.ts'

const owner: ClusterManagementAddOn = { metadata: { name: 'tokenexchange', uid: 'cma' }, spec: {} }
const group = 'addon.open-cluster-management.io'
const configKind = { group, resource: 'addondeploymentconfigs' }
const reference = { ...configKind, namespace: 'n', name: 'c' }
const config: AddOnDeploymentConfig = {
  metadata: { name: 'c', generation: 3 },
  spec: { agentInstallNamespace: 'x' },
}
const status = (
  addOn: ManagedClusterAddOn,
  found?: AddOnDeploymentConfig,
  works: ManifestWork[] = [],
): ReturnType<typeof addOnStatus> => addOnStatus({ addOn, owner, configOf: () => found, works, nowMs: 0 })

test('the owner is added, completed, or left alone when it is right in any version', () => {
  const right = {
    apiVersion: `${group}/v1beta1`,
    kind: 'ClusterManagementAddOn',
    name: 'tokenexchange',
    uid: 'cma',
    controller: true,
    blockOwnerDeletion: true,
  }
  const other = {
    apiVersion: 'multicluster.odf.openshift.io/v1alpha1',
    kind: 'MirrorPeer',
    name: 'm',
    uid: 'm',
  }
  expect(ownersWith([other, right], owner)).toBeUndefined()
  expect(ownersWith([other], owner)).toMatchObject([other, { uid: 'cma', controller: true }])
  expect(ownersWith([{ ...right, controller: false }, other], owner)).toMatchObject([
    other,
    { controller: true },
  ])
  expect(ownersWith([{ ...right, uid: 'before' }], owner)).toMatchObject([{ uid: 'cma' }])
})

test('OCM looks after an add-on unless its manager does', () => {
  expect(isManagedByOcm(owner)).toBe(true)
  const annotations = { 'addon.open-cluster-management.io/lifecycle': 'self' }
  expect(isManagedByOcm({ metadata: { annotations } })).toBe(false)
})

test.each([
  [undefined, 'True WaitingForManifestApplied'],
  ['True', 'False Completed'],
  ['False', 'False Failed'],
] as const)('ManifestApplied %s: Progressing %s', (applied, progressing) => {
  const conditions =
    applied === undefined
      ? []
      : [{ type: 'ManifestApplied', status: applied, reason: 'R', message: 'm', lastTransitionTime: '' }]
  const condition = conditionOf(
    status(managedClusterAddOn({ status: { conditions } })).conditions,
    'Progressing',
  )
  expect(`${condition?.status} ${condition?.reason}`).toBe(progressing)
})

test('configurations are referred to with the hash that is wanted and the one that is applied', () => {
  const addOn = managedClusterAddOn({
    spec: { configs: [reference] },
    status: { supportedConfigs: [configKind] },
  })
  const wanted = specHashOf(config.spec)
  const work: ManifestWork = {
    metadata: {
      annotations: {
        'open-cluster-management.io/config-spec-hash': JSON.stringify({
          [`addondeploymentconfigs.${group}/n/c`]: 'old',
        }),
      },
    },
    status: {
      conditions: [{ type: 'Applied', status: 'True', reason: 'R', message: '', lastTransitionTime: '' }],
    },
  }
  expect(status(addOn, config, [work]).configReferences).toEqual([
    {
      ...reference,
      desiredConfig: { namespace: 'n', name: 'c', specHash: wanted },
      lastAppliedConfig: { namespace: 'n', name: 'c', specHash: 'old' },
      lastObservedGeneration: 3,
    },
  ])
  expect(conditionOf(status(addOn).conditions, 'Configured')?.status).toBe('False')
  const unsupported = managedClusterAddOn({ spec: { configs: [reference] } })
  expect(conditionOf(status(unsupported, config).conditions, 'Progressing')?.reason).toBe(
    'ConfigurationUnsupported',
  )
})

test('a status that is right is not written', () => {
  const addOn = managedClusterAddOn()
  const { conditions } = status(addOn)
  expect(status({ ...addOn, status: { conditions } })).toEqual({})
})

const finalizers = ['cluster.open-cluster-management.io/api-resource-cleanup']
test.each([
  ['hold', managedCluster()],
  ['admit', managedCluster({ metadata: { finalizers } })],
  ['deny', managedCluster({ metadata: { finalizers }, spec: { hubAcceptsClient: false } })],
  ['release', managedCluster({ metadata: { finalizers, deletionTimestamp: 'now' } })],
  ['none', managedCluster({ metadata: { deletionTimestamp: 'now' } })],
])('%s', (step, cluster) => {
  expect(clusterStep(cluster)).toBe(step)
})
