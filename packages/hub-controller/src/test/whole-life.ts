import {
  contract,
  kinds,
  type ClusterRoleBinding,
  type ManifestWork,
  type RoleBinding,
} from '@odfmo/api-types'
import { apiVersionOf, keyOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { spokeFinalizer } from '@odfmo/secret-naming'
import {
  eventually,
  hubCrds,
  klusterletGroup,
  klusterletUser,
  ocmHub,
  ocmSpoke,
  spokeCrds,
  startTestCluster,
  type Cluster,
  type MaybePromise,
  type Simulator,
} from '@odfmo/testkit'
import { expect } from 'vitest'
import { golden } from '../addon/test/golden.ts'
import { blue, external, greenKey, peerRef, podNamespace, s3 } from './builders.ts'
import { consoleComes, isConsoles } from './console-comes.ts'
import { conditionOf, find, get, list, peer } from './hub-cluster.ts'
import { startHub, type HubProcess } from './hub-process.ts'
import { asCreated, delivered, one, scene, two, type Scene } from './scene.ts'

const isRamens = ({ spec }: (typeof hubCrds)[number]): boolean => spec.group === kinds.DRCluster.group
const rbac = contract.addon.hubRbac
const [three, four] = [peerRef('cluster3'), peerRef('cluster4')] as const
const clusters = ['cluster1', 'cluster2', 'cluster3', 'cluster4']
const slow = { timeoutMs: 120_000 }
const manifest = <T extends KubeObject>(
  kind: Kind<T>,
  object: Omit<T, 'apiVersion' | 'kind'>,
): KubeObject => ({
  ...object,
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
})

/** What the original's hub left in the cluster, without what a server says of it. */
const fromOriginal = (name: string): KubeObject => {
  const { metadata, ...rest } = golden(name)
  return { ...rest, metadata: { name: metadata.name, namespace: metadata.namespace } }
}

export interface WholeLife<C extends Cluster> {
  readonly cluster: C
  /**
   * Takes the hub through everything it does, one after the other; `atTheHeight` is called when all is there,
   * before the deletions.
   */
  live(atTheHeight: () => Promise<void>): Promise<void>
  end(): Promise<void>
}

/** A hub beside OCM, one of its clusters with a klusterlet, before anything of ours runs. */
export const wholeLife = async <C extends Cluster>(
  start?: (options: {
    readonly name: string
    readonly crds: readonly (typeof hubCrds)[number][]
  }) => Promise<C>,
): Promise<WholeLife<C>> => {
  const crds = hubCrds.filter((crd) => !isRamens(crd) && !isConsoles(crd))
  const stage = await scene<C>({ clusters, crds, ...(start === undefined ? {} : { start: start as never }) })
  const { cluster } = stage
  const spoke = await startTestCluster({ name: 'cluster1', crds: [...spokeCrds] })
  await spoke.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'openshift-storage' } })
  const klusterlet = { user: klusterletUser('cluster1'), groups: [klusterletGroup('cluster1')] }
  const simulators: Simulator[] = [
    await ocmHub({ hub: cluster.kubeconfig() }),
    await ocmSpoke({
      hub: cluster.kubeconfig(klusterlet),
      spoke: spoke.kubeconfig(),
      clusterName: 'cluster1',
      statusMs: 100,
    }),
  ]
  let hub: HubProcess | undefined
  return {
    cluster,
    async live(atTheHeight) {
      await originalWasThere(cluster)
      hub = await startHub(cluster, { leaderElect: true })
      await becomesExchanged(stage)
      await isTakenOver(cluster)
      await agentRegisters(cluster)
      await driftIsSetBack(stage)
      await isMadeAgain(stage)
      await configurationIsRead(stage)
      await secondWorkGoes(cluster)
      await externalIsSynced(cluster)
      await hostedIsRefused(stage)
      await tellsTwice(stage)
      await consoleComes(stage)
      await atTheHeight()
      await allGoes(stage)
      await hub.stop()
      hub = undefined
    },
    async end() {
      await hub?.stop()
      await Promise.all(simulators.map((simulator) => simulator.stop()))
      await spoke.stop()
      await stage.end()
    },
  }
}

const soon = (cluster: Cluster, check: () => MaybePromise<void>): Promise<void> =>
  eventually(cluster, check, slow)
const addOnKey = (namespace: string): ObjectKey => ({ namespace, name: contract.addon.name })
const oldWork = { namespace: 'cluster1', name: 'addon-tokenexchange-deploy' }
const workLabels = { 'open-cluster-management.io/addon-name': contract.addon.name }
const green = greenKey(one, two)

/** Its binding of all secrets, its roles, its work, and a copy of a token of the type that only agents use. */
const originalWasThere = async (cluster: Cluster): Promise<void> => {
  await cluster.apply(
    fromOriginal('clusterroles__open-cluster-management.token-exchange.agent'),
    fromOriginal('clusterrolebindings__open-cluster-management.token-exchange.agent'),
    fromOriginal('clusterrolebindings__spoke-clusterrole-bindings'),
    fromOriginal('roles__cluster1__open-cluster-management.token-exchange.agent'),
    fromOriginal('rolebindings__cluster1__open-cluster-management.token-exchange.agent'),
    manifest(kinds.ManifestWork, {
      metadata: { ...oldWork, labels: workLabels },
      spec: { workload: { manifests: [] } },
    }),
    {
      ...blue(one),
      metadata: { ...green, labels: { [contract.label.secretType]: contract.secretKind.green } },
    },
  )
}

/** Ramen's kinds come late. */
const becomesExchanged = async (stage: Scene): Promise<void> => {
  const { cluster } = stage
  await cluster.apply(asCreated(), ...delivered)
  await soon(cluster, async () => {
    expect((await peer(cluster)).status?.phase).toBe('ExchangedSecret')
    expect(conditionOf(await peer(cluster), 'DRClustersReady')?.reason).toBe('KindNotServed')
  })
  await cluster.installCrds(hubCrds.filter(isRamens))
  await stage.converged()
}

const isTakenOver = (cluster: Cluster): Promise<void> =>
  soon(cluster, async () => {
    expect(
      await find(cluster, kinds.ClusterRoleBinding, { name: contract.addon.originalClusterRoleBinding }),
    ).toBeUndefined()
    expect((await get(cluster, kinds.Secret, green)).type).toBe('Opaque')
    const work = await get<ManifestWork>(cluster, kinds.ManifestWork, oldWork)
    expect(work.spec?.workload?.manifests?.length).toBeGreaterThan(4)
  })

const agentRegisters = (cluster: Cluster): Promise<void> =>
  soon(cluster, async () => {
    const [csr] = await list(cluster, kinds.CertificateSigningRequest)
    expect(csr?.status?.conditions?.map(({ type }) => type)).toContain('Approved')
  })

/** What an object says, without what a server says of it. */
const contentOf = ({ metadata, ...rest }: KubeObject): object => {
  const { labels, annotations, finalizers } = metadata
  const { status: _status, ...content } = rest as { readonly status?: unknown }
  return { ...content, labels, annotations, finalizers }
}

const driftIsSetBack = async (stage: Scene): Promise<void> => {
  const { cluster } = stage
  const secretType = { metadata: { labels: { [contract.label.secretType]: null } } }
  const s3Key = { namespace: podNamespace, name: s3(one).metadata.name ?? '' }
  const drifts: readonly (readonly [Kind, ObjectKey, object])[] = [
    [kinds.Role, { namespace: 'cluster2', name: rbac }, { rules: [] }],
    [kinds.RoleBinding, { namespace: 'cluster2', name: rbac }, { subjects: [] }],
    [kinds.ClusterRole, { name: rbac }, { rules: [] }],
    [kinds.ClusterRoleBinding, { name: rbac }, { subjects: [] }],
    [
      kinds.ClusterManagementAddOn,
      { name: contract.addon.name },
      { spec: { addOnMeta: { displayName: 'x' } } },
    ],
    [kinds.ManifestWork, oldWork, { spec: { workload: { manifests: [] } } }],
    [kinds.DRCluster, { name: 'cluster1' }, { spec: { region: 'x' } }],
    [kinds.Secret, green, { data: { 'secret-data': 'eA==' } }],
    [kinds.Secret, green, secretType],
    [kinds.Secret, s3Key, { data: { AWS_ACCESS_KEY_ID: 'eA==' } }],
    [
      kinds.ConfigMap,
      { namespace: podNamespace, name: contract.ramen.configMap },
      { data: { [contract.ramen.configKey]: '' } },
    ],
    [
      kinds.MirrorPeer,
      { name: 'mirrorpeer-sample' },
      { metadata: { labels: { [contract.label.backup]: null } } },
    ],
    // Last: what follows it (the work) is still being set back when the next one is looked at.
    [kinds.ManagedClusterAddOn, addOnKey('cluster1'), { spec: { installNamespace: 'x' } }],
  ]
  for (const [kind, key, patch] of drifts) {
    const before = contentOf(await get(cluster, kind, key))
    await stage.edit(kind, key, patch)
    if (kind === kinds.ConfigMap) await stage.converged()
    else await soon(cluster, async () => expect(contentOf(await get(cluster, kind, key))).toEqual(before))
  }
  const rotated = blue(one, { key: 'rotated' })
  await stage.edit(kinds.Secret, keyOf(rotated), { data: rotated.data })
  await soon(cluster, async () =>
    expect((await get(cluster, kinds.Secret, green)).data?.['secret-data']).toBe(
      rotated.data?.['secret-data'],
    ),
  )
}

/** Gone by hand, or there with what cannot be changed: a binding to another role. */
const isMadeAgain = async (stage: Scene): Promise<void> => {
  const { cluster } = stage
  const gone: readonly (readonly [Kind, ObjectKey])[] = [
    [kinds.Role, { namespace: 'cluster2', name: rbac }],
    [kinds.ClusterRole, { name: rbac }],
    [kinds.DRCluster, { name: 'cluster2' }],
    [kinds.ManagedClusterAddOn, addOnKey('cluster2')],
  ]
  for (const [kind, key] of gone) {
    const { uid } = (await get(cluster, kind, key)).metadata
    await stage.remove(kind, key)
    await soon(cluster, async () => expect((await get(cluster, kind, key)).metadata.uid).not.toBe(uid))
  }
  const elsewhere = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }
  const bindings: readonly (readonly [Kind<RoleBinding | ClusterRoleBinding>, ObjectKey])[] = [
    [kinds.RoleBinding, { namespace: 'cluster2', name: rbac }],
    [kinds.ClusterRoleBinding, { name: rbac }],
  ]
  for (const [kind, key] of bindings) {
    const { roleRef } = await get(cluster, kind, key)
    await stage.remove(kind, key)
    // The hub may be faster, which is as good.
    await stage
      .create(kind, { ...manifest(kind, { metadata: key, roleRef: elsewhere }) })
      .catch(() => undefined)
    await soon(cluster, async () => expect((await find(cluster, kind, key))?.roleRef).toEqual(roleRef))
  }
}

const configurationIsRead = async (stage: Scene): Promise<void> => {
  const { cluster } = stage
  const config = { namespace: 'cluster1', name: 'mine' }
  await cluster.apply(
    manifest(kinds.AddOnDeploymentConfig, {
      metadata: config,
      spec: { nodePlacement: { nodeSelector: { zone: 'a' } } },
    }),
  )
  const configs = [
    { group: 'addon.open-cluster-management.io', resource: 'addondeploymentconfigs', ...config },
  ]
  await stage.edit(kinds.ManagedClusterAddOn, addOnKey('cluster1'), { spec: { configs } })
  await soon(cluster, async () =>
    expect(JSON.stringify((await get(cluster, kinds.ManifestWork, oldWork)).spec)).toContain('"zone":"a"'),
  )
}

/** A second work of one add-on is one too many. */
const secondWorkGoes = async (cluster: Cluster): Promise<void> => {
  const key = { namespace: 'cluster1', name: 'addon-tokenexchange-deploy-1' }
  await cluster.apply(
    manifest(kinds.ManifestWork, {
      metadata: { ...key, labels: workLabels },
      spec: { workload: { manifests: [] } },
    }),
  )
  await soon(cluster, async () => expect(await find(cluster, kinds.ManifestWork, key)).toBeUndefined())
}

const externalIsSynced = async (cluster: Cluster): Promise<void> => {
  await cluster.apply(
    asCreated({ name: 'external', spec: { type: 'sync', items: [three, four] } }),
    ...[three, four].flatMap((ref) => [s3(ref), external(ref)]),
  )
  await soon(cluster, async () => {
    expect((await peer(cluster, 'external')).status?.phase).toBe('S3ProfileSynced')
    expect(conditionOf(await peer(cluster, 'external'), 'DRClustersReady')?.status).toBe('True')
  })
}

const hostedIsRefused = async (stage: Scene): Promise<void> => {
  const annotations = { 'addon.open-cluster-management.io/hosting-cluster-name': 'm' }
  await stage.edit(kinds.ManagedClusterAddOn, addOnKey('cluster3'), { metadata: { annotations } })
  await soon(stage.cluster, async () => {
    const { status } = await get(stage.cluster, kinds.ManagedClusterAddOn, addOnKey('cluster3'))
    expect(status?.conditions?.find(({ type }) => type === 'RegistrationApplied')?.status).toBe('False')
  })
}

/** The same Event again is the series of the first. */
const tellsTwice = async (stage: Scene): Promise<void> => {
  const { cluster } = stage
  for (const accepted of [false, true, false, true]) {
    await stage.edit(kinds.ManagedCluster, { name: 'cluster2' }, { spec: { hubAcceptsClient: accepted } })
    await soon(cluster, async () =>
      expect(conditionOf(await peer(cluster), 'Validated')?.status).toBe(accepted ? 'True' : 'False'),
    )
  }
  await stage.converged()
}

/** One whose agents clean up, one whose cluster is gone, in a DRPolicy for a while. */
const allGoes = async (stage: Scene): Promise<void> => {
  const { cluster } = stage
  await stage.agentsJoin()
  const drClusters = ['cluster1', 'cluster2']
  await cluster.apply(
    manifest(kinds.DRPolicy, {
      metadata: { name: 'policy' },
      spec: { drClusters, schedulingInterval: '5m' },
    }),
  )
  await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
  await soon(cluster, async () => expect((await peer(cluster)).status?.phase).toBe('Deleting'))
  await stage.remove(kinds.DRPolicy, { name: 'policy' })
  await stage.agentsLeave()
  await soon(cluster, async () =>
    expect(await find(cluster, kinds.MirrorPeer, { name: 'mirrorpeer-sample' })).toBeUndefined(),
  )
  const finalizers = [contract.finalizer.hub, spokeFinalizer('cluster3')]
  await stage.edit(kinds.MirrorPeer, { name: 'external' }, { metadata: { finalizers } })
  await stage.remove(kinds.ManagedCluster, { name: 'cluster3' })
  await stage.remove(kinds.MirrorPeer, { name: 'external' })
  await soon(cluster, async () => {
    expect(await list(cluster, kinds.MirrorPeer)).toEqual([])
    expect(await list(cluster, kinds.DRCluster)).toEqual([])
    expect(await find(cluster, kinds.ClusterRoleBinding, { name: rbac })).toBeUndefined()
  })
}
