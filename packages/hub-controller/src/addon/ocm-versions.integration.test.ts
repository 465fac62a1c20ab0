import {
  kinds,
  type CustomResourceDefinition,
  type Deployment,
  type ManagedClusterAddOn,
  type ManifestWork,
} from '@odfmo/api-types'
import { hubCrds } from '@odfmo/testkit'
import { afterEach, describe, expect, test } from 'vitest'
import { quietMs, manifest } from './test/hub-process.ts'
import { addOn, mirrorPeer } from './test/hub-world.ts'
import { mirrorPeerCrd } from './test/mirror-peer-crd.ts'
import { atRest, ocmScene, wished, type OcmScene } from './test/ocm-scene.ts'

const config = {
  group: 'addon.open-cluster-management.io',
  resource: 'addondeploymentconfigs',
  namespace: 'c1',
  name: 'mine',
}
const configured: ManagedClusterAddOn = {
  ...addOn('c1'),
  spec: { installNamespace: 'storage', configs: [config] },
}
const zone = (name: string) =>
  manifest(kinds.AddOnDeploymentConfig, {
    metadata: { namespace: 'c1', name: 'mine' },
    spec: { nodePlacement: { nodeSelector: { zone: name } } },
  })
const access = { namespace: 'storage', name: 'tokenexchange-hub-kubeconfig' }

let scene: OcmScene

afterEach(() => scene.end())

const deploymentIn = (name: string) =>
  scene.settled(async () => {
    const found = await scene.read<Deployment>(scene.spoke('c1'), kinds.Deployment, {
      namespace: 'storage',
      name: 'token-exchange-agent',
    })
    expect(found.spec?.template.spec.nodeSelector).toEqual({ zone: name })
  })
const work = (): Promise<ManifestWork> =>
  scene.read<ManifestWork>(scene.hub, kinds.ManifestWork, {
    namespace: 'c1',
    name: 'addon-tokenexchange-deploy-0',
  })

/** Registered, deployed, with the certificate on the spoke; then nothing is written any more. */
const comesToRest = async (): Promise<void> => {
  const hubProcess = await scene.start()
  await scene.hub.apply(zone('a'), ...wished(mirrorPeer(['c1', 'c2']), [configured]))
  await deploymentIn('a')
  await scene.settled(async () => {
    expect((await scene.condition('c1', 'RegistrationApplied'))?.status).toBe('True')
    expect((await scene.condition('c1', 'ManifestApplied'))?.status).toBe('True')
    await scene.read(scene.spoke('c1'), kinds.Secret, access)
  })
  await scene.hub.apply(zone('b'))
  await deploymentIn('b')
  await scene.settled(async () =>
    expect((await scene.condition('c1', 'ManifestApplied'))?.status).toBe('True'),
  )
  await quietMs(300)
  await atRest(hubProcess)
  const before = (await scene.writes()).length
  await hubProcess.stop()
  await atRest(await scene.start())
  await quietMs(400)
  expect((await scene.writes()).slice(before)).toEqual([])
  const owners = (await scene.addOn('c1')).metadata.ownerReferences ?? []
  expect(owners.map(({ kind, controller }) => `${kind} ${controller}`)).toEqual([
    'ClusterManagementAddOn true',
  ])
}

test.each([
  ['with', true],
  ['without', false],
])('%s OCM’s add-on manager the result is the same, and nobody fights', async (_what, addOnManager) => {
  scene = await ocmScene({ addOnManager })
  await comesToRest()
  const { configReferences = [] } = (await scene.addOn('c1')).status ?? {}
  expect(configReferences).toHaveLength(addOnManager ? 1 : 0)
  const annotation = (await work()).metadata.annotations?.['open-cluster-management.io/config-spec-hash']
  expect(annotation).toBe(
    addOnManager
      ? JSON.stringify({
          'addondeploymentconfigs.addon.open-cluster-management.io/c1/mine':
            configReferences[0]?.desiredConfig?.specHash,
        })
      : undefined,
  )
  const wanted = addOnManager ? ['Configured', 'Progressing'] : []
  const types = ((await scene.addOn('c1')).status?.conditions ?? []).map(({ type }) => type)
  expect(types).toEqual(expect.arrayContaining(wanted))
})

describe('definitions of other versions of OCM', () => {
  type Schema = NonNullable<
    NonNullable<CustomResourceDefinition['spec']['versions'][number]['schema']>['openAPIV3Schema']
  >
  const change =
    (kind: { readonly plural: string; readonly group: string }, how: (schema: Schema) => Schema) =>
    (crd: (typeof hubCrds)[number]): (typeof hubCrds)[number] => {
      if (crd.metadata.name !== `${kind.plural}.${kind.group}`) return crd
      const versions = crd.spec.versions.map((version) => ({
        ...version,
        schema: { openAPIV3Schema: how(version.schema?.openAPIV3Schema ?? {}) },
      }))
      return { ...crd, spec: { ...crd.spec, versions } }
    }
  const onlyIn = (schema: Schema | undefined, fields: readonly string[]): Schema => ({
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field, schema?.properties?.[field] ?? open])),
  })
  const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

  test('of 0.11, which drop what they do not know: registered, deployed, and at rest', async () => {
    const crds = hubCrds
      .map(
        change(kinds.ManagedClusterAddOn, ({ properties = {}, ...schema }) => ({
          ...schema,
          properties: {
            ...properties,
            // Neither `namespace` nor `kubeClientDriver`.
            status: onlyIn(properties['status'], [
              'addOnMeta',
              'conditions',
              'configReferences',
              'healthCheck',
              'registrations',
              'relatedObjects',
              'supportedConfigs',
            ]),
          },
        })),
      )
      .map(
        change(kinds.ClusterManagementAddOn, ({ properties = {}, ...schema }) => ({
          ...schema,
          properties: {
            ...properties,
            spec: onlyIn(properties['spec'], ['addOnMeta', 'installStrategy', 'supportedConfigs']),
          },
        })),
      )
    scene = await ocmScene({ crds: [...crds, mirrorPeerCrd], addOnManager: false })
    await comesToRest()
    expect((await scene.addOn('c1')).status).not.toHaveProperty('namespace')
  })

  test('of days to come, with more in every status: what others write there stays', async () => {
    const crds = hubCrds.map(
      change(kinds.ManagedClusterAddOn, ({ properties = {}, ...schema }) => ({
        ...schema,
        properties: { ...properties, status: { ...properties['status'], ...open } },
      })),
    )
    scene = await ocmScene({ crds: [...crds, mirrorPeerCrd], driver: 'csr' })
    await comesToRest()
    await scene.hub.apply({
      ...manifest(kinds.ManagedClusterAddOn, { metadata: { namespace: 'c1', name: 'tokenexchange' } }),
      status: { ofDaysToCome: { a: 1 }, healthCheck: { mode: 'Lease' } },
    })
    await scene.hub.apply(zone('c'))
    await deploymentIn('c')
    await scene.settled(async () =>
      expect((await scene.condition('c1', 'Progressing'))?.reason).toBe('Completed'),
    )
    expect((await scene.addOn('c1')).status).toMatchObject({ ofDaysToCome: { a: 1 }, namespace: 'storage' })
  })
})
