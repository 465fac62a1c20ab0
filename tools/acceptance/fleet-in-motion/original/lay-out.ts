import {
  contract,
  kinds,
  mirrorPeerCrd,
  type ConfigMap,
  type DRCluster,
  type MirrorPeer,
  type ObjectBucketClaim,
  type RoleBinding,
  type Secret,
  type StorageCluster,
} from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { bucketName, hubSecretName, peerTokenSecretName, s3SecretName } from '@odfmo/secret-naming'
import { namespace, peerRef } from '@odfmo/testkit'
import { expect } from 'vitest'
import { hubNamespace } from '../../../demo/world/names.ts'
import { expectAgent, read, refOf, settled, storageClusterName, storageNamespace } from '../exchange.ts'
import type { FleetWorld, Spoke } from '../fleet-world.ts'
import { golden } from '../golden.ts'
import { playOriginalHub, type OriginalHub } from './hub.ts'
import { originalImage } from './manifests.ts'
import { secretDataOf } from './secrets.ts'

export const clusterNames = ['cluster1', 'cluster2'] as const
export const mirrorPeerName = 'mirrorpeer-sample'

/** A cluster that had a MirrorPeer once: the original left what it always leaves. */
const formerCluster = 'cluster3'
const former = peerRef({ clusterName: formerCluster })

const bucket = bucketName(clusterNames)

const rbac = 'rbac.authorization.k8s.io'

/** What a take-over takes away: rights that reach too far, and those of a cluster that no MirrorPeer names any more. */
export const takenAway = {
  wideBinding: `hub: ${rbac}/clusterrolebindings ${contract.addon.originalClusterRoleBinding}`,
  formerRights: ['rolebindings', 'roles'].map(
    (kind) => `hub: ${rbac}/${kind} ${formerCluster}/${contract.addon.hubRbac}`,
  ),
}

/** Of the Ceph that the golden objects are of. */
export const goldenFsid = (cluster: string): string => {
  const { spec } = golden<DRCluster>(`hub__drclusters__${cluster}`)
  if (spec?.region === undefined) throw new Error(`the golden DRCluster ${cluster} has a region`)
  return spec.region
}

/** The fleet as the original left it, its hub controller and its agents still at work; storage makes nothing, as its keys are those of then. */
export const layOutOriginal = async (world: FleetWorld): Promise<OriginalHub> => {
  await world.hub.installCrds(mirrorPeerCrd)
  for (const spoke of world.spokes) await layOutSpoke(world, spoke)
  await world.hub.apply(...hubObjects(), ...formerOnHub())
  const original = playOriginalHub(world.admin)
  await settled(world, async () => {
    for (const spoke of world.spokes) await expectAgent(spoke, originalImage)
  })
  for (const spoke of world.spokes) await untilAtWork(world, spoke)
  await expectGolden(world)
  return original
}

const secretsOnHub = clusterNames.flatMap((cluster) => [
  ...clusterNames.map((of) => `hub__secrets__${cluster}__${hubSecretName(peerRef({ clusterName: of }))}`),
  `hub__secrets__${cluster}__${s3SecretName(peerRef({ clusterName: cluster }))}`,
  `hub__secrets__${hubNamespace}__${s3SecretName(peerRef({ clusterName: cluster }))}`,
])

const hubObjects = (): readonly KubeObject[] => {
  const { spec: service, ...console } = golden<
    KubeObject & { readonly spec: Readonly<Record<string, unknown>> }
  >(`hub__services__${hubNamespace}__${contract.console.name}`)
  const { clusterIP: _ip, clusterIPs: _ips, ...spec } = service
  return [
    ...secretsOnHub.map((name) => golden(name)),
    golden(`hub__configmaps__${hubNamespace}__${contract.ramen.configMap}`),
    ...clusterNames.map((cluster) => golden(`hub__drclusters__${cluster}`)),
    golden(`hub__consoleplugins__${contract.console.name}`),
    { ...console, spec } as KubeObject,
    golden<MirrorPeer>(`hub__mirrorpeers__${mirrorPeerName}`),
  ]
}

/** baseline: DRClusters, Ramen's secrets and profiles, and roles stay when a MirrorPeer goes. */
const formerOnHub = (): readonly KubeObject[] => {
  const secret = golden<Secret>(
    `hub__secrets__${hubNamespace}__${s3SecretName(peerRef({ clusterName: 'cluster1' }))}`,
  )
  const rolesOf = (kind: 'roles' | 'rolebindings'): KubeObject =>
    golden(`hub__${kind}__cluster1__open-cluster-management.token-exchange.agent`)
  const moved = <T extends KubeObject>(object: T): T => ({
    ...object,
    metadata: { ...object.metadata, namespace: formerCluster },
  })
  return [
    namespace(formerCluster),
    moved(rolesOf('roles')),
    moved({ ...(rolesOf('rolebindings') as RoleBinding), subjects: [formerGroup] }),
    { ...golden<DRCluster>('hub__drclusters__cluster1'), metadata: { name: formerCluster } },
    { ...secret, metadata: { ...secret.metadata, name: s3SecretName(former) } },
    ramenConfigWithFormer(),
  ]
}

const formerGroup = {
  apiGroup: 'rbac.authorization.k8s.io',
  kind: 'Group',
  name: `system:open-cluster-management:cluster:${formerCluster}:addon:tokenexchange`,
}

const configKey = 'ramen_manager_config.yaml'

const ramenConfigWithFormer = (): ConfigMap => {
  const config = golden<ConfigMap>(`hub__configmaps__${hubNamespace}__${contract.ramen.configMap}`)
  const text = config.data?.[configKey] ?? ''
  const entry = [
    '- s3Bucket: odrbucket-000000000000',
    '  s3CompatibleEndpoint: https://s3-openshift-storage.apps.cluster3.example',
    `  s3ProfileName: s3profile-${formerCluster}-${storageClusterName}`,
    '  s3Region: noobaa',
    '  s3SecretRef:',
    `    name: ${s3SecretName(former)}`,
    '',
  ].join('\n')
  return { ...config, data: { [configKey]: text.replace('volSync: {}', `${entry}volSync: {}`) } }
}

const layOutSpoke = async (world: FleetWorld, spoke: Spoke): Promise<void> => {
  const { name, cluster } = spoke
  const other = clusterNames.find((one) => one !== name) ?? ''
  const left = <T extends KubeObject>(file: string): T => golden<T>(`${name}__${file}`)
  await cluster.apply(left<ObjectBucketClaim>(`objectbucketclaims__${storageNamespace}__${bucket}`))
  await settled(world, async () => {
    const claim = await read(cluster, kinds.ObjectBucketClaim, { namespace: storageNamespace, name: bucket })
    expect(claim).toMatchObject({ status: { phase: 'Bound' } })
  })
  await spoke.stopStorage()
  const own = peerRef({ clusterName: name })
  const token = golden<Secret>(`${other}__secrets__${storageNamespace}__${hubSecretName(own)}`)
  const access = secretDataOf(golden<Secret>(`hub__secrets__${name}__${s3SecretName(own)}`))
  const { accessKeyId, secretAccessKey } = contract.s3Key
  const storageCluster = left<StorageCluster>(`storageclusters__${storageNamespace}__${storageClusterName}`)
  const { mirroring } = storageCluster.spec ?? {}
  const peerSecretNames = [...(mirroring?.peerSecretNames ?? []), hubSecretName(former)]
  await cluster.apply(
    secretOf(peerTokenSecretName(storageClusterName), token.data ?? {}),
    secretOf(bucket, {
      [accessKeyId]: access[accessKeyId] ?? '',
      [secretAccessKey]: access[secretAccessKey] ?? '',
    }),
    left(`configmaps__${storageNamespace}__${contract.spoke.rookOperatorConfig}`),
    left(`secrets__${storageNamespace}__${hubSecretName(peerRef({ clusterName: other }))}`),
    // Deleted with the MirrorPeer of then, and brought back; nobody took its name away.
    { ...secretOf(hubSecretName(former), token.data ?? {}), metadata: formerSecret },
    left(`storageclasses__${storageClusterName}-ceph-rbd`),
    left(`storageclasses__${storageClusterName}-cephfs`),
    left('volumereplicationclasses__rbd-volumereplicationclass-1625360775'),
    { ...storageCluster, spec: { mirroring: { ...mirroring, peerSecretNames } } },
  )
}

const formerSecret = {
  namespace: storageNamespace,
  name: hubSecretName(former),
  labels: { [contract.label.createdBy]: contract.createdBy.tokenExchange },
}

const secretOf = (name: string, data: Readonly<Record<string, string>>): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: storageNamespace, name },
  data,
})

const lock = { namespace: storageNamespace, name: contract.spoke.lock }

/** Resolves when the spoke's agent has gone on for two renewals of its lock: all that it has to do is done then. */
export const untilAtWork = async (world: FleetWorld, { cluster }: Spoke): Promise<void> => {
  const texts = new Set<string>()
  await settled(world, async () => {
    const { metadata } = await read<ConfigMap>(cluster, kinds.ConfigMap, lock)
    const text = metadata.annotations?.['control-plane.alpha.kubernetes.io/leader'] ?? ''
    if (text.includes('"original_')) texts.add(text)
    expect(texts.size).toBeGreaterThan(2)
  })
}

/** Throws unless what the played original has found is what the real one left: nothing of it was written again. */
const expectGolden = async ({ hub }: FleetWorld): Promise<void> => {
  for (const file of secretsOnHub) {
    const { metadata, data, type } = golden<Secret>(file)
    const key = { namespace: metadata.namespace ?? '', name: metadata.name ?? '' }
    expect(await hub.get(refOf(kinds.Secret), key), file).toMatchObject({ data, type })
  }
  expect(await read(hub, kinds.MirrorPeer, { name: mirrorPeerName })).toMatchObject({
    status: { phase: 'ExchangedSecret' },
  })
}
