import {
  contract,
  keyOf,
  keyText,
  type MirrorPeer,
  type ObjectKey,
  type PeerRef,
  type Secret,
  type StorageCluster,
} from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { evaluate, staticCache, type Derived, type WatchedKind } from '@odfmo/controller-kit'
import { greenSecret, rookHubSecret } from '@odfmo/secret-exchange'
import { hubSecretName, isSpokeFinalizer } from '@odfmo/secret-naming'
import {
  app,
  bucketConfigMap,
  bucketSecret,
  cephCluster,
  golden,
  namespace,
  ownTokenSecret,
  refOf,
  route,
  storageCluster,
  token,
  uid,
} from './cases.ts'

/**
 * The rules on two imagined clusters: MirrorPeers come and go in any order, rules run in any order, people take things
 * away. Whatever happens, when all MirrorPeers are deleted the clusters are as they were.
 */
export class Model {
  readonly #objects = new Map<WatchedKind, Map<string, KubeObject>>()
  readonly #wrong: string[] = []

  constructor() {
    const { hub, spoke } = app.world
    for (const kind of [...Object.values(hub), ...Object.values(spoke)] as unknown as WatchedKind[])
      this.#objects.set(kind, new Map())
    const users: Partial<StorageCluster['spec']> = { mirroring: { peerSecretNames: ['users-own'] } }
    const labelled = golden('cluster1__storageclasses__ocs-storagecluster-ceph-rbd')
    this.put(spoke.Namespace, { metadata: { name: 'kube-system', uid } })
    this.put(spoke.Namespace, { metadata: { name: namespace } })
    this.put(spoke.StorageCluster, storageCluster(users))
    this.put(spoke.CephCluster, cephCluster())
    this.put(spoke.Secret, ownTokenSecret())
    this.put(spoke.Route, route())
    this.put(spoke.ConfigMap, {
      metadata: { namespace, name: contract.spoke.rookOperatorConfig },
      data: { ROOK_LOG_LEVEL: 'INFO' },
    } as KubeObject)
    this.put(spoke.StorageClass, {
      ...labelled,
      metadata: { name: labelled.metadata.name, labels: { mine: 'yes' } },
    })
  }

  put(of: unknown, object: KubeObject): void {
    const { apiVersion: _api, kind: _kind, ...rest } = object
    this.#of(of).set(keyText(keyOf(object)), rest)
  }

  remove(of: unknown, key: ObjectKey): void {
    this.#of(of).delete(keyText(key))
  }

  list(of: unknown): readonly KubeObject[] {
    return [...this.#of(of).values()]
  }

  /** Everything but MirrorPeers, to be compared. */
  content(): unknown {
    return [...this.#objects]
      .filter(([kind]) => kind !== (app.world.hub.MirrorPeer as unknown))
      .map(([{ name }, objects]) => [name, [...objects].sort(([a], [b]) => (a < b ? -1 : 1))])
  }

  get wrong(): readonly string[] {
    return this.#wrong
  }

  /** Every key that any object names now, with its rule. */
  work(): readonly (readonly [Derived, ObjectKey])[] {
    return app.derived.flatMap((rule) => {
      const keys = rule.keys.flatMap(({ of, keys }) => this.list(of).flatMap((object) => keys(object)))
      return [...new Map(keys.map((key) => [keyText(key), key])).values()].map((key) => [rule, key] as const)
    })
  }

  /** One evaluation and its write; answers whether anything changed. */
  step(rule: Derived, key: ObjectKey): boolean {
    const before = this.#of(rule.kind).get(keyText(key))
    const { wanted } = evaluate(
      rule,
      key,
      staticCache([...this.#objects].map(([of, objects]) => [of, [...objects.values()]] as const)),
    )
    switch (wanted.is) {
      case 'leave':
      case 'waiting':
        return false
      case 'absent':
        if (before === undefined || rule.ours?.(before, key) === false) return false
        this.#checkDelete(rule, key)
        this.remove(rule.kind, key)
        break
      case 'present':
      case 'edited':
        if (wanted.is === 'edited' && before === undefined) return false
        this.put(rule.kind, plain(wanted.object, before))
        if (JSON.stringify(before) === JSON.stringify(this.#of(rule.kind).get(keyText(key)))) return false
        this.#checkNames(rule, key, before)
    }
    this.others()
    return true
  }

  /** What the hub, the other cluster and NooBaa do meanwhile. */
  others(): void {
    const { hub, spoke } = app.world
    const mirrorPeers = this.list(hub.MirrorPeer) as MirrorPeer[]
    for (const one of mirrorPeers) {
      const isDone =
        one.metadata.deletionTimestamp !== undefined &&
        !(one.metadata.finalizers ?? []).some(isSpokeFinalizer)
      if (isDone) this.remove(hub.MirrorPeer, keyOf(one))
    }
    for (const secret of this.list(hub.Secret)) {
      if (secret.metadata.labels?.[contract.label.secretType] === 'GREEN')
        this.remove(hub.Secret, keyOf(secret))
    }
    for (const { metadata, spec } of mirrorPeers) {
      if (metadata.deletionTimestamp !== undefined || spec.type !== 'async') continue
      for (const ref of spec.items.slice(1)) this.put(hub.Secret, greenOf(ref))
    }
    const claims = new Set(this.list(spoke.ObjectBucketClaim).map(({ metadata }) => metadata.name))
    for (const name of claims) {
      this.put(spoke.Secret, bucketSecret(name ?? ''))
      this.put(spoke.ConfigMap, bucketConfigMap(name ?? ''))
    }
    for (const kind of [spoke.Secret, spoke.ConfigMap]) {
      for (const { metadata } of this.list(kind)) {
        const isOrphan =
          metadata.ownerReferences?.some((owner) => owner.kind === 'ObjectBucketClaim') === true &&
          !claims.has(metadata.name)
        if (isOrphan) this.remove(kind, { namespace, name: metadata.name ?? '' })
      }
    }
  }

  /** Runs everything until nothing changes. */
  settle(): void {
    for (let round = 0; round < 30; round += 1) {
      this.others()
      if (!this.work().some(([rule, key]) => this.step(rule, key))) return
    }
    this.#wrong.push('never quiet')
  }

  #checkDelete(rule: Derived, key: ObjectKey): void {
    if (rule.name !== 'spoke-secret') return
    const isNamed = (this.list(app.world.spoke.StorageCluster) as StorageCluster[]).some(({ spec }) =>
      spec?.mirroring?.peerSecretNames?.includes(key.name),
    )
    if (isNamed) this.#wrong.push(`${key.name} went while it was named`)
  }

  #checkNames(rule: Derived, key: ObjectKey, before: StorageCluster | undefined): void {
    if (rule.name !== 'storage-cluster-mirroring') return
    const names = (of: StorageCluster | undefined): readonly string[] =>
      of?.spec?.mirroring?.peerSecretNames ?? []
    const after = this.#of(rule.kind).get(keyText(key)) as StorageCluster
    for (const name of names(after)) {
      const isThere = this.#of(app.world.spoke.Secret).has(keyText({ namespace, name }))
      if (!names(before).includes(name) && !isThere) this.#wrong.push(`${name} was named before it was there`)
    }
    const live = (this.list(app.world.hub.MirrorPeer) as MirrorPeer[]).filter(
      ({ metadata, spec }) => metadata.deletionTimestamp === undefined && spec.type === 'async',
    )
    const used = new Set(live.flatMap(({ spec }) => spec.items.slice(1).map(hubSecretName)))
    const lost = names(before).filter((name) => used.has(name) && !names(after).includes(name))
    if (lost.length > 0) this.#wrong.push(`${lost.join()} is named no longer though a pair needs it`)
    if (
      before?.spec?.mirroring?.enabled === true &&
      after.spec?.mirroring?.enabled !== true &&
      live.length > 0
    )
      this.#wrong.push('mirroring went off while it was in use')
  }

  #of(kind: unknown): Map<string, KubeObject> {
    const objects = this.#objects.get(kind as WatchedKind)
    if (objects === undefined) throw new Error('not a watched kind')
    return objects
  }
}

/** As a server keeps it: merged into what was there, without what the cache made up. */
const plain = (object: KubeObject, before: KubeObject | undefined): KubeObject => {
  const { resourceVersion: _version, uid: given, ...metadata } = object.metadata
  const own = before?.metadata.uid ?? (given?.startsWith('uid-of') === true ? given : undefined)
  return { ...object, metadata: { ...metadata, ...(own === undefined ? {} : { uid: own }) } }
}

const greenOf = (ref: PeerRef): Secret => {
  const blue = rookHubSecret({ ref, secret: { data: token(`fsid-of-${ref.clusterName}`) }, external: false })
  return greenSecret({ blue, receiver: refOf('cluster1') })
}
