import { kinds } from '@odfmo/api-types'
import type { StorageCluster } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { conditionsWith } from '../access/conditions.ts'
import { ensure, ensureStatus } from '../access/ensure.ts'
import { extraKinds } from '../extra-kinds.ts'
import { ControlLoop } from '../loop/control-loop.ts'
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import { bucketOf, claimFinalizer, isNooBaaClaim } from './bucket.ts'
import { cephIdentity, firstGenerations } from './ceph-identity.ts'
import type { CephIdentity, Generations } from './ceph-identity.ts'
import { mirroringOf, mirroringStatus, storageClusterState } from './mirroring.ts'
import { SecretMaker } from './secret-maker.ts'
import {
  blockPool,
  cephCluster,
  isExternal,
  peerToken,
  peerTokenSecret,
  rookCephMonSecret,
  rookConfig,
  s3Route,
  storageClasses,
} from './storage-objects.ts'

export interface StorageOptions extends SimulatorOptions {
  /** Kubeconfig text of an administrator of the spoke. */
  readonly spoke: string
  /** Of the Route `s3`: its host is `s3-<namespace>.<routeDomain>`. Default `apps.cluster.example`. */
  readonly routeDomain?: string
  /** All keys and fsids come from it. Default: the uid of the cluster's `kube-system`, so that no two clusters are alike. */
  readonly seed?: string
  /** fsid of StorageClusters as first installed; from the seed when absent. */
  readonly fsid?: string
  /** Data of every bucket's ConfigMap besides host, name and port, such as `BUCKET_REGION`. */
  readonly bucketData?: Readonly<Record<string, string>>
  /** Before a claim is bound, milliseconds. Default 0. */
  readonly bucketDelayMs?: number
}

export interface StorageSimulator extends Simulator {
  /** Gives the StorageCluster (`name` or `namespace/name`) a new mirroring key; answers when its secret has it. */
  rotateKey(name: string): Promise<void>
  /** The StorageCluster as after a reinstallation: new fsid and keys; answers when its objects have them. */
  reinstall(name: string): Promise<void>
  /** The fsid that the StorageCluster has now. */
  fsid(name: string): string
  /** Every secret value made so far, in plain: what must appear in no log. */
  secretValues(): string[]
}

const storageClusterFinalizer = 'storagecluster.ocs.openshift.io'

/** OpenShift Data Foundation with Rook and NooBaa on one spoke. */
export const storage = async (options: StorageOptions): Promise<StorageSimulator> => {
  const { routeDomain = 'apps.cluster.example', bucketData, bucketDelayMs = 0 } = options
  const loop = new ControlLoop('storage', options)
  const spoke = loop.client(options.spoke)
  const seed = options.seed ?? (await spoke.get(kinds.Namespace, { name: 'kube-system' }))?.metadata.uid ?? spoke.access.server
  const maker = new SecretMaker(seed)
  const tokens = new Set<string>()
  const generations = new Map<string, Generations>()

  const clusters = loop.copy(spoke, kinds.StorageCluster)
  const claims = loop.copy(spoke, kinds.ObjectBucketClaim)
  const secrets = loop.copy(spoke, kinds.Secret)

  const identityOf = (key: string): CephIdentity => {
    const identity = cephIdentity(key, generations.get(key) ?? firstGenerations, maker, options.fsid)
    tokens.add(peerToken(identity, key.split('/')[0] ?? ''))
    return identity
  }

  const bring = async (key: string): Promise<undefined> => {
    const cluster = clusters.get(key)
    if (cluster === undefined) return undefined
    const { finalizers = [], uid, resourceVersion, deletionTimestamp } = cluster.metadata
    const isHeld = finalizers.includes(storageClusterFinalizer)
    const setFinalizers = async (wanted: string[]): Promise<undefined> => {
      const patch = { metadata: { uid, resourceVersion, finalizers: wanted } }
      clusters.put(await spoke.patch(kinds.StorageCluster, keyOf(cluster), patch))
      return undefined // its change is an event
    }
    if (deletionTimestamp !== undefined) {
      if (!isHeld) return undefined
      await takeDown(cluster)
      return setFinalizers(finalizers.filter((one) => one !== storageClusterFinalizer))
    }
    if (!isHeld) return setFinalizers([...finalizers, storageClusterFinalizer])
    await setUp(cluster, identityOf(key))
    return undefined
  }

  const setUp = async (cluster: StorageCluster, identity: CephIdentity): Promise<void> => {
    const { namespace = '' } = cluster.metadata
    const config = rookConfig(namespace)
    if ((await spoke.get(kinds.ConfigMap, keyOf(config))) === undefined) await spoke.create(kinds.ConfigMap, config)
    for (const storageClass of storageClasses(cluster)) await ensure(spoke, kinds.StorageClass, storageClass)
    await ensure(spoke, kinds.Route, s3Route(namespace, routeDomain))
    const ceph = await ensure(spoke, kinds.CephCluster, cephCluster(cluster))
    const cephStatus = { phase: isExternal(cluster) ? 'Connected' : 'Ready', ceph: { fsid: identity.fsid, health: 'HEALTH_OK' } }
    await ensureStatus(spoke, kinds.CephCluster, ceph, cephStatus)
    const secret = isExternal(cluster) ? rookCephMonSecret(cluster, identity) : peerTokenSecret(ceph, identity)
    await ensure(spoke, kinds.Secret, secret)
    await mirror(cluster)
  }

  const mirror = async (cluster: StorageCluster): Promise<void> => {
    const { namespace = '' } = cluster.metadata
    const mirroring = mirroringOf(cluster, (name) => secrets.get({ namespace, name }))
    if (!isExternal(cluster)) {
      const wanted = blockPool(cluster)
      const pool = await ensure(spoke, extraKinds.CephBlockPool, wanted)
      const isOn = pool.spec?.mirroring !== undefined
      const spec = mirroring.pool === undefined ? (isOn ? { mirroring: null } : {}) : { mirroring: mirroring.pool }
      const merged = Object.keys(spec).length === 0 ? pool : await ensure(spoke, extraKinds.CephBlockPool, { ...wanted, spec: spec as never })
      const status = { phase: 'Ready', mirroringStatus: mirroringStatus(mirroring.pool) }
      await ensureStatus(spoke, extraKinds.CephBlockPool, merged, status)
    }
    const { phase, condition } = storageClusterState(mirroring)
    const conditions = conditionsWith(cluster.status?.conditions, [condition], loop.clock.now())
    clusters.put(await ensureStatus(spoke, kinds.StorageCluster, cluster, { phase, conditions }))
  }

  /** What no owner reference takes along. */
  const takeDown = async (cluster: StorageCluster): Promise<void> => {
    const { namespace = '' } = cluster.metadata
    for (const { metadata } of storageClasses(cluster)) await spoke.remove(kinds.StorageClass, { name: metadata.name ?? '' })
    const isLast = clusters.all().every(({ metadata }) => metadata.namespace !== namespace || metadata.uid === cluster.metadata.uid)
    if (isLast) await spoke.remove(kinds.Route, { namespace, name: 's3' })
    await spoke.remove(kinds.CephCluster, keyOf(cephCluster(cluster)))
    await spoke.remove(extraKinds.CephBlockPool, keyOf(blockPool(cluster)))
  }

  const worker = loop.worker('storage cluster', bring)
  clusters.onChange((key) => worker.add(key))
  const claimWorker = loop.worker('bucket claim', async (key) => {
    const claim = claims.get(key)
    if (claim === undefined || !isNooBaaClaim(claim)) return undefined
    const { finalizers = [], uid, resourceVersion, deletionTimestamp, creationTimestamp } = claim.metadata
    const bucket = bucketOf(claim, maker)
    const objectBucket = keyOf(bucket.objectBucket)
    const isHeld = finalizers.includes(claimFinalizer)
    if (deletionTimestamp !== undefined) {
      if (!isHeld) return undefined
      await spoke.remove(kinds.Secret, keyOf(bucket.secret))
      await spoke.remove(kinds.ConfigMap, keyOf(bucket.configMap))
      await spoke.remove(extraKinds.ObjectBucket, objectBucket)
      const rest = finalizers.filter((one) => one !== claimFinalizer)
      await spoke.patch(kinds.ObjectBucketClaim, keyOf(claim), { metadata: { uid, resourceVersion, finalizers: rest } })
      return undefined
    }
    const waitMs = Date.parse(creationTimestamp ?? '') + bucketDelayMs - loop.clock.now()
    if (bucketDelayMs > 0 && waitMs > 0) return waitMs
    const held = isHeld
      ? claim
      : await spoke.patch(kinds.ObjectBucketClaim, keyOf(claim), {
          metadata: { uid, resourceVersion, finalizers: [...finalizers, claimFinalizer] },
          spec: { objectBucketName: objectBucket.name },
        })
    claims.put(held)
    await ensure(spoke, extraKinds.ObjectBucket, bucket.objectBucket)
    await ensure(spoke, kinds.Secret, bucket.secret)
    await ensure(spoke, kinds.ConfigMap, { ...bucket.configMap, data: { ...bucket.configMap.data, ...bucketData } })
    claims.put(await ensureStatus(spoke, kinds.ObjectBucketClaim, held, { phase: 'Bound' }))
    return undefined
  })
  claims.onChange((key) => claimWorker.add(key))
  secrets.onChange((_, secret, before) => {
    const { namespace, name = '', ownerReferences = [] } = (secret ?? before)?.metadata ?? {}
    const isOwned = ownerReferences.some(({ kind }) => kind === kinds.CephCluster.kind || kind === kinds.StorageCluster.kind)
    for (const cluster of clusters.all()) {
      if (cluster.metadata.namespace !== namespace) continue
      const isPeer = cluster.spec?.mirroring?.peerSecretNames?.includes(name) === true
      if (isPeer || isOwned) worker.add(`${namespace}/${cluster.metadata.name}`)
    }
    if (ownerReferences.some(({ kind }) => kind === kinds.ObjectBucketClaim.kind)) claimWorker.add(`${namespace}/${name}`)
  })

  await loop.start()

  const fullName = (name: string): string => {
    const found = clusters.all().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    const key = found.find((one) => one === name || one.endsWith(`/${name}`))
    if (key === undefined) throw new TypeError(`storage: expected the name of a StorageCluster (${found.join(', ')}), got "${name}"`)
    return key
  }
  const advance = async (name: string, step: (now: Generations) => Generations): Promise<void> => {
    const key = fullName(name)
    generations.set(key, step(generations.get(key) ?? firstGenerations))
    await bring(key)
  }
  return {
    stop: () => loop.stop(),
    rotateKey: (name) => advance(name, ({ install, key }) => ({ install, key: key + 1 })),
    reinstall: (name) => advance(name, ({ install }) => ({ install: install + 1, key: 1 })),
    fsid: (name) => identityOf(fullName(name)).fsid,
    secretValues: () => [...maker.values(), ...tokens],
  }
}
