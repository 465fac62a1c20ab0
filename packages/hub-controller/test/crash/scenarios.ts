import { contract, kinds, type ManagedClusterAddOn, type MirrorPeer } from '@odfmo/api-types'
import { apiVersionOf, keyOf, type KubeObject } from '@odfmo/api-types/meta'
import { expect } from 'vitest'
import { golden } from '../../src/addon/test/golden.ts'
import { blue, greenKey, peerRef, podNamespace, s3 } from '../../src/test/builders.ts'
import { find, get, list } from '../../src/test/hub-cluster.ts'
import { asCreated, one, two } from '../../src/test/scene.ts'
import type { Stage } from './stage.ts'

/** Something that happens to a hub while its controller works. */
export interface Scenario {
  readonly name: string
  /** What there is before, made with no hub controller running. */
  readonly given?: (stage: Stage) => Promise<void>
  readonly act: (stage: Stage) => Promise<void>
  /** At least so many writes are points; fewer, and the scenario does not do what it says. */
  readonly writes: number
}

const key = { name: 'mirrorpeer-sample' }

/** The hub is at work, undisturbed, until a MirrorPeer is Ready. */
export const liveUntilReady = (stage: Stage): Promise<void> =>
  stage.live(async () => {
    await stage.create(asCreated())
    await stage.ready()
  })

/** New keys on both sides, of Ceph and of the buckets. */
const rotate = async (stage: Stage): Promise<void> => {
  const { cluster } = stage
  const pairs = [
    [one, two],
    [two, one],
  ] as const
  const tokens = pairs.map(([source, receiver]) => ({
    blue: blue(source, { key: 'rotated' }),
    green: greenKey(source, receiver),
  }))
  const keys = { AWS_ACCESS_KEY_ID: 'rotated', AWS_SECRET_ACCESS_KEY: 'rotated too' }
  const accesses = [one, two].map((ref) => s3(ref, keys))
  for (const { metadata, data } of [...tokens.map((token) => token.blue), ...accesses])
    await stage.patch(kinds.Secret, keyOf({ metadata }), { data })
  await stage.until(async () => {
    for (const token of tokens) {
      const green = await get(cluster, kinds.Secret, token.green)
      expect(green.data?.['secret-data']).toBe(token.blue.data?.['secret-data'])
    }
    for (const { metadata } of accesses) {
      const inRamens = await get(cluster, kinds.Secret, {
        namespace: podNamespace,
        name: metadata.name ?? '',
      })
      expect(inRamens.data?.['AWS_ACCESS_KEY_ID']).toBe(Buffer.from('rotated').toString('base64'))
    }
  })
  await stage.ready()
}

/** A second MirrorPeer comes, which shares cluster1; then the elder goes. */
const share = async (stage: Stage): Promise<void> => {
  const items = [one, peerRef('cluster3')]
  await stage.create(asCreated({ name: 'other', spec: { items, schedulingIntervals: ['10m'] } }))
  await stage.ready('other')
  await stage.delete(kinds.MirrorPeer, key)
  await stage.gone()
  await stage.ready('other')
}

/** What the original's hub has written, as it left it. */
const leftByTheOriginal = async (stage: Stage): Promise<void> => {
  const { apiVersion, kind, metadata, spec, status } = golden<MirrorPeer>('mirrorpeers__mirrorpeer-sample')
  const { name = '', labels, finalizers } = metadata
  await stage.create({ apiVersion, kind, metadata: { name, labels, finalizers }, spec, status } as KubeObject)
  const { uid } = (await get(stage.cluster, kinds.MirrorPeer, key)).metadata
  const without = <T extends KubeObject>(object: T): T => {
    const { uid: _uid, resourceVersion: _version, creationTimestamp: _at, ...rest } = object.metadata
    return { ...object, metadata: rest }
  }
  const addOnNames = ['cluster1', 'cluster2'].map(
    (cluster) => `managedclusteraddons__${cluster}__tokenexchange`,
  )
  for (const file of addOnNames) {
    const addOn = without(golden<ManagedClusterAddOn>(file))
    const ownerReferences = addOn.metadata.ownerReferences?.map((owner) => ({ ...owner, uid: uid ?? '' }))
    await stage.create({ ...addOn, metadata: { ...addOn.metadata, ownerReferences } })
  }
  for (const file of [
    'clusterroles__open-cluster-management.token-exchange.agent',
    'clusterrolebindings__open-cluster-management.token-exchange.agent',
    'clusterrolebindings__spoke-clusterrole-bindings',
    ...['cluster1', 'cluster2'].flatMap((cluster) => [
      `roles__${cluster}__open-cluster-management.token-exchange.agent`,
      `rolebindings__${cluster}__open-cluster-management.token-exchange.agent`,
      `drclusters__${cluster}`,
      ...[
        '271080886d225db56027eda82b520e9b2c019e1',
        '4446d6504fadb8362e6814327c7a1172b9735c0',
        cluster === 'cluster1'
          ? 'a6bd33b0ff333553dce289cbbbb56976a789b8f'
          : '825ed4d67a69abcf4162519266f4579ea10019d',
      ].map((secret) => `secrets__${cluster}__${secret}`),
    ]),
    'secrets__openshift-operators__825ed4d67a69abcf4162519266f4579ea10019d',
    'secrets__openshift-operators__a6bd33b0ff333553dce289cbbbb56976a789b8f',
  ])
    await stage.create(without(golden(file)))
}

/**
 * A backup was restored into a new hub: MirrorPeers have new uids and no status, with our finalizers or without; secrets
 * are in no backup; add-ons name owners that are no more; DRClusters and Ramen's config are as they were.
 */
export const restored =
  (withFinalizers: boolean) =>
  async (stage: Stage): Promise<void> => {
    const { cluster } = stage
    await liveUntilReady(stage)
    const old = await get(cluster, kinds.MirrorPeer, key)
    const addOns = await list(cluster, kinds.ManagedClusterAddOn)
    for (const secret of await list(cluster, kinds.Secret))
      if (
        secret.metadata.labels?.[contract.label.secretType] !== undefined ||
        secret.metadata.namespace === podNamespace
      )
        if (!isUsers(secret.metadata.name)) await stage.delete(kinds.Secret, keyOf(secret))
    for (const csr of await list(cluster, kinds.CertificateSigningRequest))
      await stage.delete(kinds.CertificateSigningRequest, keyOf(csr))
    await stage.patch(kinds.MirrorPeer, key, { metadata: { finalizers: null } })
    await stage.delete(kinds.MirrorPeer, key)
    await stage.gone()
    const { name = '', labels = {}, finalizers = [] } = old.metadata
    await stage.create({
      apiVersion: apiVersionOf(kinds.MirrorPeer),
      kind: kinds.MirrorPeer.kind,
      metadata: { name, labels, ...(withFinalizers ? { finalizers } : {}) },
      spec: old.spec,
    } as KubeObject)
    // Made last: the garbage collector takes away what has no owner left, now or while the hub works.
    for (const addOn of addOns) {
      const { namespace = '', annotations, ownerReferences } = addOn.metadata
      const gone = ownerReferences?.filter(({ kind }) => kind === kinds.MirrorPeer.kind)
      const metadata = {
        name: contract.addon.name,
        namespace,
        annotations,
        ownerReferences: namespace === 'cluster1' ? ownerReferences : gone,
      }
      if ((await find(cluster, kinds.ManagedClusterAddOn, keyOf(addOn))) !== undefined)
        await stage.delete(kinds.ManagedClusterAddOn, keyOf(addOn))
      await stage.create({ ...addOn, metadata, status: undefined } as KubeObject)
    }
  }

const usersSecrets = new Set([blue(peerRef('cluster1', { name: 'another' })).metadata.name])
const isUsers = (name: string | undefined): boolean => usersSecrets.has(name)

export const scenarios: readonly Scenario[] = [
  {
    name: 'create',
    async act(stage) {
      await stage.create(asCreated())
      await stage.ready()
    },
    writes: 20,
  },
  {
    name: 'delete',
    given: liveUntilReady,
    async act(stage) {
      await stage.delete(kinds.MirrorPeer, key)
      await stage.gone()
    },
    writes: 12,
  },
  { name: 'rotate', given: liveUntilReady, act: rotate, writes: 4 },
  { name: 'a second MirrorPeer, then the elder goes', given: liveUntilReady, act: share, writes: 25 },
  {
    name: 'sync with external Ceph',
    async act(stage) {
      await stage.create(asCreated({ spec: { type: 'sync' } }))
      await stage.ready()
    },
    writes: 20,
  },
  { name: 'take-over from the original', given: leftByTheOriginal, act: (stage) => stage.ready(), writes: 5 },
  ...[false, true].map((withFinalizers): Scenario => ({
    name: `restored from a backup, ${withFinalizers ? 'with' : 'without'} finalizers`,
    given: restored(withFinalizers),
    act: (stage) => stage.ready(),
    writes: 10,
  })),
]
