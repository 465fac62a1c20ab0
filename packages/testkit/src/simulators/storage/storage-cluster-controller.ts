import { kinds } from '@odfmo/api-types'
import type { Secret, StorageCluster } from '@odfmo/api-types'
import { keyOf, keyText } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../../access/cluster-client.ts'
import { isConflict } from '../../access/cluster-error.ts'
import { conditionsWith } from '../../access/conditions.ts'
import { ensure, ensureStatus } from '../../access/ensure.ts'
import { extraKinds } from '../extra-kinds.ts'
import type { CephBlockPool } from '../extra-kinds.ts'
import type { ControlLoop } from '../loop/control-loop.ts'
import type { LocalCopy } from '../../access/local-copy.ts'
import type { Worker } from '../loop/worker.ts'
import type { CephIdentity } from './ceph-identity.ts'
import { mirroringOf, mirroringStatus, storageClusterState } from './mirroring.ts'
import type { Mirroring, MirroringHealth } from './mirroring.ts'
import {
  blockPool,
  cephCluster,
  isExternal,
  peerTokenSecret,
  rookCephMonSecret,
  rookConfig,
  s3Route,
  storageClasses,
} from './storage-objects.ts'

export interface StorageClusterControllerOptions {
  readonly loop: ControlLoop
  readonly spoke: ClusterClient
  readonly clusters: LocalCopy<StorageCluster>
  readonly secrets: LocalCopy<Secret>
  readonly routeDomain: string
  /** Of a StorageCluster by `namespace/name`, as it is now. */
  readonly identityOf: (key: string) => CephIdentity
  readonly healthOf: (key: string) => MirroringHealth
}

const finalizer = 'storagecluster.ocs.openshift.io'

/** ODF and Rook: what comes with a StorageCluster, and its mirroring. */
export class StorageClusterController {
  readonly #options: StorageClusterControllerOptions
  readonly #worker: Worker

  constructor(options: StorageClusterControllerOptions) {
    const { loop, clusters, secrets } = options
    this.#options = options
    this.#worker = loop.worker('storage cluster', (key) => this.#reconcile(key))
    clusters.onChange((key) => this.#worker.add(key))
    secrets.onChange((_, secret, before) => this.#onSecret((secret ?? before)?.metadata ?? {}))
  }

  /** A peer's secret, or one that belongs to a StorageCluster: somebody may have touched it. */
  #onSecret({ namespace, name = '', ownerReferences = [] }: Secret['metadata']): void {
    const isOwned = ownerReferences.some(
      ({ kind }) => kind === kinds.CephCluster.kind || kind === kinds.StorageCluster.kind,
    )
    for (const { metadata, spec } of this.#options.clusters.all()) {
      if (metadata.namespace !== namespace) continue
      const isPeer = spec?.mirroring?.peerSecretNames?.includes(name) === true
      if (isPeer || isOwned) this.#worker.add(`${namespace}/${metadata.name}`)
    }
  }

  /** Resolves when the StorageCluster's objects are as they should be now. */
  async settle(key: string): Promise<void> {
    const { clusters, spoke } = this.#options
    for (;;) {
      try {
        await this.#reconcile(key)
        return
      } catch (error) {
        if (!isConflict(error)) throw error
        const [namespace = '', name = ''] = key.split('/')
        const live = await spoke.get(kinds.StorageCluster, { namespace, name })
        if (live !== undefined) clusters.put(live)
      }
    }
  }

  async #reconcile(key: string): Promise<undefined> {
    const cluster = this.#options.clusters.get(key)
    if (cluster === undefined) return undefined
    const { finalizers = [], deletionTimestamp } = cluster.metadata
    const isHeld = finalizers.includes(finalizer)
    if (deletionTimestamp === undefined) {
      if (isHeld) await this.#setUp(cluster, this.#options.identityOf(key))
      else await this.#setFinalizers(cluster, [...finalizers, finalizer])
    } else if (isHeld) {
      await this.#takeDown(cluster)
      await this.#setFinalizers(
        cluster,
        finalizers.filter((one) => one !== finalizer),
      )
    }
    return undefined
  }

  /** Its change is an event, and the next step comes with that. */
  async #setFinalizers(cluster: StorageCluster, finalizers: readonly string[]): Promise<void> {
    const { uid, resourceVersion } = cluster.metadata
    const patch = { metadata: { uid, resourceVersion, finalizers } }
    this.#options.clusters.put(await this.#options.spoke.patch(kinds.StorageCluster, keyOf(cluster), patch))
  }

  async #setUp(cluster: StorageCluster, identity: CephIdentity): Promise<void> {
    const { spoke, routeDomain } = this.#options
    const { namespace = '' } = cluster.metadata
    const config = rookConfig(namespace)
    // Others have keys of their own in it.
    if ((await spoke.get(kinds.ConfigMap, keyOf(config))) === undefined)
      await spoke.create(kinds.ConfigMap, config)
    for (const storageClass of storageClasses(cluster)) await ensure(spoke, kinds.StorageClass, storageClass)
    await ensure(spoke, kinds.Route, s3Route(namespace, routeDomain))
    const ceph = await ensure(spoke, kinds.CephCluster, cephCluster(cluster))
    const phase = isExternal(cluster) ? 'Connected' : 'Ready'
    await ensureStatus(spoke, kinds.CephCluster, ceph, {
      phase,
      ceph: { fsid: identity.fsid, health: 'HEALTH_OK' },
    })
    const secret = isExternal(cluster)
      ? rookCephMonSecret(cluster, identity)
      : peerTokenSecret(ceph, identity)
    await ensure(spoke, kinds.Secret, secret)
    await this.#mirror(cluster)
  }

  async #mirror(cluster: StorageCluster): Promise<void> {
    const { spoke, secrets, clusters, loop } = this.#options
    const { namespace = '' } = cluster.metadata
    const mirroring = mirroringOf(cluster, (name) => secrets.get({ namespace, name }))
    if (!isExternal(cluster)) await this.#setUpPool(cluster, mirroring)
    const { phase, condition } = storageClusterState(mirroring)
    const conditions = conditionsWith(cluster.status?.conditions, [condition], loop.clock.now())
    clusters.put(await ensureStatus(spoke, kinds.StorageCluster, cluster, { phase, conditions }))
  }

  async #setUpPool(cluster: StorageCluster, { pool: mirroring }: Mirroring): Promise<void> {
    const { spoke } = this.#options
    const wanted = blockPool(cluster)
    let pool: CephBlockPool = await ensure(spoke, extraKinds.CephBlockPool, wanted)
    if (mirroring !== undefined)
      pool = await ensure(spoke, extraKinds.CephBlockPool, { ...wanted, spec: { mirroring } })
    else if (pool.spec?.mirroring !== undefined) {
      pool = await spoke.patch(extraKinds.CephBlockPool, keyOf(wanted), { spec: { mirroring: null } })
    }
    const health = this.#options.healthOf(keyText(keyOf(cluster)))
    const status = { phase: 'Ready', mirroringStatus: mirroringStatus(mirroring, health) }
    await ensureStatus(spoke, extraKinds.CephBlockPool, pool, status)
  }

  /** What no owner reference takes along. */
  async #takeDown(cluster: StorageCluster): Promise<void> {
    const { spoke, clusters } = this.#options
    const { namespace = '', uid } = cluster.metadata
    for (const { metadata } of storageClasses(cluster))
      await spoke.remove(kinds.StorageClass, { name: metadata.name ?? '' })
    const isLast = clusters
      .all()
      .every(({ metadata }) => metadata.namespace !== namespace || metadata.uid === uid)
    if (isLast) await spoke.remove(kinds.Route, { namespace, name: 's3' })
    await spoke.remove(kinds.CephCluster, keyOf(cephCluster(cluster)))
    await spoke.remove(extraKinds.CephBlockPool, keyOf(blockPool(cluster)))
  }
}
