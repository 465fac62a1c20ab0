import {
  kinds,
  mirrorPeerCrd,
  type CertificateSigningRequest,
  type ClusterRoleBinding,
  type Deployment,
  type ManagedClusterAddOn,
  type MirrorPeer,
} from '@odfmo/api-types'
import {
  apiVersionOf,
  keyOf,
  keyText,
  type Kind,
  type KubeObject,
  type ObjectKey,
} from '@odfmo/api-types/meta'
import { hubCrds, type Cluster } from '@odfmo/testkit'
import { afterEach, expect, test } from 'vitest'
import { hubRbac } from '../rbac.ts'
import { podNamespace } from '../test/builders.ts'
import { clientOf } from '../test/client-of.ts'
import { conditionOf } from '../test/hub-cluster.ts'
import { startHub } from '../test/hub-process.ts'
import { golden } from './test/golden.ts'
import { quietMs } from './test/hub-process.ts'
import { atRest, ocmScene, type OcmScene } from './test/ocm-scene.ts'
import { originalManifests, originalWork } from './test/original-work.ts'

const clusters = ['cluster1', 'cluster2']
const storage = 'openshift-storage'
const rbac = 'open-cluster-management:token-exchange:agent'
const access = { namespace: storage, name: 'tokenexchange-hub-kubeconfig' }

let scene: OcmScene

afterEach(() => scene.end())

/** As on another server: identity and version are that one's. */
const anew = <T extends KubeObject>(object: T): T => {
  const { uid: _u, resourceVersion: _r, creationTimestamp: _c, generation: _g, ...metadata } = object.metadata
  return { ...object, metadata }
}

const hubSecrets = [
  'cluster1__271080886d225db56027eda82b520e9b2c019e1',
  'cluster1__4446d6504fadb8362e6814327c7a1172b9735c0',
  'cluster1__a6bd33b0ff333553dce289cbbbb56976a789b8f',
  'cluster2__271080886d225db56027eda82b520e9b2c019e1',
  'cluster2__4446d6504fadb8362e6814327c7a1172b9735c0',
  'cluster2__825ed4d67a69abcf4162519266f4579ea10019d',
  'openshift-operators__825ed4d67a69abcf4162519266f4579ea10019d',
  'openshift-operators__a6bd33b0ff333553dce289cbbbb56976a789b8f',
]

/** The hub as the original left it, but for what is owned by uid. */
const left: readonly KubeObject[] = [
  ...hubSecrets.map((name) => `secrets__${name}`),
  'configmaps__openshift-operators__ramen-hub-operator-config',
  'drclusters__cluster1',
  'drclusters__cluster2',
  'clusterroles__open-cluster-management.token-exchange.agent',
  'clusterrolebindings__open-cluster-management.token-exchange.agent',
  'clusterrolebindings__spoke-clusterrole-bindings',
  ...clusters.flatMap((cluster) => [
    `roles__${cluster}__open-cluster-management.token-exchange.agent`,
    `rolebindings__${cluster}__open-cluster-management.token-exchange.agent`,
  ]),
].map((name) => anew(golden(name)))

const original = {
  mirrorPeer: anew(golden<MirrorPeer>('mirrorpeers__mirrorpeer-sample')),
  addOn: (cluster: string, owner: MirrorPeer): ManagedClusterAddOn => {
    const addOn = anew(golden<ManagedClusterAddOn>(`managedclusteraddons__${cluster}__tokenexchange`))
    const ownerReferences = addOn.metadata.ownerReferences?.map((reference) => ({
      ...reference,
      uid: owner.metadata.uid ?? '',
    }))
    return { ...addOn, metadata: { ...addOn.metadata, ownerReferences: ownerReferences ?? [] } }
  },
}

/** The original's hub: it approves what klusterlets ask for its add-on, and its work brings the agent to the spokes. */
const playOriginal = async (): Promise<void> => {
  const { hub, read } = scene
  await hub.apply(original.mirrorPeer)
  const owner = await read(hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
  await hub.apply(...clusters.map((cluster) => original.addOn(cluster, owner)))
  for (const cluster of clusters)
    await hub.apply(originalWork(cluster, (await scene.addOn(cluster)).metadata.uid ?? ''))
  const admin = await clientOf(hub)
  try {
    for (const cluster of clusters) {
      const [request] = await scene.settled(async () => {
        const found = (await scene.requests()).filter(({ metadata }) => metadata.name?.includes(cluster))
        expect(found).toHaveLength(1)
        return found
      })
      await admin.patch(
        kinds.CertificateSigningRequest,
        { name: request?.metadata.name ?? '' },
        'merge',
        { status: { conditions: [approved] } },
        { subresource: 'approval' },
      )
      await scene.settled(async () => {
        await read(scene.spoke(cluster), kinds.Secret, access)
        await read(scene.spoke(cluster), kinds.Deployment, {
          namespace: storage,
          name: 'token-exchange-agent',
        })
      })
    }
  } finally {
    await admin.close()
  }
}

const approved: NonNullable<NonNullable<CertificateSigningRequest['status']>['conditions']>[number] = {
  type: 'Approved',
  status: 'True',
  reason: 'AutoApprovedByHubCSRApprovingController',
  message: 'Auto approving addon agent certificate.',
}

const identities = async (
  cluster: Cluster,
  objects: readonly (readonly [Kind, ObjectKey])[],
): Promise<Record<string, string | undefined>> =>
  Object.fromEntries(
    await Promise.all(
      objects.map(async ([kind, key]) => {
        const { metadata } = await scene.read(cluster, kind, key)
        return [`${kind.kind} ${keyText(key)}`, metadata.uid] as const
      }),
    ),
  )

const onHub: readonly (readonly [Kind, ObjectKey])[] = [
  [kinds.MirrorPeer, { name: 'mirrorpeer-sample' }],
  [kinds.ClusterRole, { name: rbac }],
  [kinds.ClusterRoleBinding, { name: rbac }],
  ...clusters.flatMap((namespace): readonly (readonly [Kind, ObjectKey])[] => [
    [kinds.ManagedClusterAddOn, { namespace, name: 'tokenexchange' }],
    [kinds.ManifestWork, { namespace, name: 'addon-tokenexchange-deploy' }],
    [kinds.Role, { namespace, name: rbac }],
    [kinds.RoleBinding, { namespace, name: rbac }],
  ]),
  ...hubSecrets.map((text): readonly [Kind, ObjectKey] => {
    const [namespace = '', name = ''] = text.split('__')
    return [kinds.Secret, { namespace, name }]
  }),
  [kinds.DRCluster, { name: 'cluster1' }],
  [kinds.DRCluster, { name: 'cluster2' }],
]

const byKind = new Map<string, Kind>(
  Object.values(kinds).map((kind: Kind) => [`${apiVersionOf(kind)} ${kind.kind}`, kind]),
)
const onSpoke = (cluster: string): readonly (readonly [Kind, ObjectKey])[] =>
  originalManifests(cluster).map((object) => {
    const kind = byKind.get(`${object.apiVersion} ${object.kind}`)
    if (kind === undefined) throw new Error(`no kind ${object.kind}`)
    return [kind, keyOf(object)]
  })

test('a hub that the original worked on is taken over: nothing is made again, and nobody registers again', async () => {
  scene = await ocmScene({
    clusters,
    installNamespace: storage,
    crds: [mirrorPeerCrd, ...hubCrds],
    objects: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: podNamespace } },
      ...hubRbac(podNamespace),
      ...left,
    ],
    start: startHub,
  })
  const { hub, read } = scene
  await playOriginal()
  const all = async () => ({
    hub: await identities(hub, onHub),
    cluster1: await identities(scene.spoke('cluster1'), onSpoke('cluster1')),
    cluster2: await identities(scene.spoke('cluster2'), onSpoke('cluster2')),
  })
  const before = await all()
  const registrationsOf = async (cluster: string) =>
    JSON.stringify((await scene.addOn(cluster)).status?.registrations)
  const registrations = await Promise.all(clusters.map(registrationsOf))
  const secrets = await Promise.all(
    clusters.map((cluster) => read(scene.spoke(cluster), kinds.Secret, access)),
  )

  const hubProcess = await scene.start()
  await scene.settled(async () => {
    expect(
      await scene.find(hub, kinds.ClusterRoleBinding, { name: 'spoke-clusterrole-bindings' }),
    ).toBeUndefined()
    const { subjects = [] } = await read<ClusterRoleBinding>(hub, kinds.ClusterRoleBinding, { name: rbac })
    expect(subjects.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
      clusters.flatMap((cluster) => {
        const group = `system:open-cluster-management:cluster:${cluster}:addon:tokenexchange`
        return [`User ${group}:agent:tokenexchange`, `Group ${group}`]
      }),
    )
    for (const cluster of clusters) {
      expect((await scene.condition(cluster, 'RegistrationApplied'))?.reason).toBe('SetPermissionApplied')
      expect((await scene.condition(cluster, 'Progressing'))?.reason).toBe('Completed')
      const { spec } = await read<Deployment>(scene.spoke(cluster), kinds.Deployment, {
        namespace: storage,
        name: 'token-exchange-agent',
      })
      expect(spec?.template.spec.containers.map(({ image }) => image)).toEqual(['example.com/agent:1'])
      expect(spec?.strategy).toEqual({ type: 'Recreate' })
    }
    const mirrorPeer = await read(hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    expect(mirrorPeer.status?.phase).toBe('ExchangedSecret')
    expect(conditionOf(mirrorPeer, 'DRClustersReady')?.status).toBe('True')
  })
  await atRest(hubProcess)
  await quietMs(300)

  expect(await all()).toEqual(before)
  expect(await Promise.all(clusters.map(registrationsOf))).toEqual(registrations)
  expect(await scene.requests()).toHaveLength(2)
  expect(
    await Promise.all(clusters.map((cluster) => read(scene.spoke(cluster), kinds.Secret, access))),
  ).toEqual(secrets)
  const gone = (await scene.writes()).filter(({ verb }) => verb === 'delete' || verb === 'deletecollection')
  expect(gone.map(({ resource, name }) => `${resource} ${name}`)).toEqual([
    'clusterrolebindings.rbac.authorization.k8s.io spoke-clusterrole-bindings',
  ])
  // Full updates would take other people's conditions and fields along.
  expect(
    (await scene.writes()).filter(
      ({ verb, resource }) => verb === 'update' && !resource.startsWith('leases'),
    ),
  ).toEqual([])
})
