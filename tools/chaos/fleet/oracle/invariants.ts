import { contract, keyText, kinds, type MirrorPeer, type Secret, type StorageCluster } from '@odfmo/api-types'
import { apiVersionOf, keyOf, type Kind, type KubeObject } from '@odfmo/api-types/meta'
import { hubSecretName, s3SecretName, spokeFinalizer } from '@odfmo/secret-naming'
import type { InMemoryCluster } from '@odfmo/testkit'
import { objectText } from '../../../../packages/hub-controller/chaos/hands.ts'
import type { Spoke } from '../spoke.ts'
import { hidden } from '../truth.ts'
import type { FleetWorld } from '../world.ts'

const { label, annotation } = contract

/** The word that all secrets' contents bear, plain and in base64 wherever it may begin. */
const leak = new RegExp(
  [
    hidden,
    ...['', 'a', 'ab'].map((before) =>
      Buffer.from(`${before}${hidden}`)
        .toString('base64')
        .slice(before.length === 0 ? 0 : before.length + 1, 8),
    ),
  ].join('|'),
)

const listen = <T extends KubeObject>(
  cluster: InMemoryCluster,
  kind: Kind<T>,
  hear: (type: string, object: T) => void,
): void =>
  void cluster.on({ apiVersion: apiVersionOf(kind), kind: kind.kind }, ({ type, object }) =>
    hear(type, object as unknown as T),
  )

const isLive = ({ metadata }: MirrorPeer): boolean => metadata.deletionTimestamp === undefined

/** What must hold of agents at every moment; looked at when something changes, and after each step. */
export class FleetInvariants {
  readonly #world: FleetWorld
  readonly #broken: string[] = []
  readonly #peers = new Map<string, MirrorPeer>()
  readonly #clusters = new Map<string, StorageCluster>()

  constructor(world: FleetWorld) {
    this.#world = world
    listen(world.hub, kinds.MirrorPeer, (type, mirrorPeer) => this.#peerChanged(type, mirrorPeer))
    listen(world.hub, kinds.Event, (_type, event) => this.#look('Event', event))
    listen(world.hub, kinds.ManagedClusterAddOn, (_type, addOn) => this.#look('ManagedClusterAddOn', addOn))
    world.onSpoke = (spoke) => {
      listen(spoke.cluster, kinds.StorageCluster, (type, one) => this.#clusterChanged(spoke, type, one))
      listen(spoke.cluster, kinds.Secret, (type, secret) => {
        if (type === 'DELETED') this.#secretGone(spoke, secret)
      })
    }
  }

  /** What was broken since the last time. */
  broken(): readonly string[] {
    for (const { truth, agents } of this.#world.spokes) {
      const writers = agents.filter(({ manager }) => manager.canWrite())
      if (writers.length > 1)
        this.#broken.push(`${writers.map(({ name }) => name).join(' and ')} work on ${truth.name} at once`)
    }
    return [...this.#broken.splice(0), ...this.#world.complaints.splice(0)]
  }

  /** What must hold when nothing is left to do. */
  brokenAtRest(): readonly string[] {
    return this.#world.hands
      .list(kinds.MirrorPeer)
      .filter((one) => !isLive(one))
      .map(
        ({ metadata, status }) =>
          `MirrorPeer ${metadata.name} does not go: ${status?.message ?? 'without a word'}`,
      )
  }

  #isByHand({ hands }: Spoke, kind: Kind, object: KubeObject): boolean {
    return hands.busyWith.has(objectText(kind, keyOf(object)))
  }

  /** Names of the peers' secrets that live async MirrorPeers, which hub and agent hold, want in a StorageCluster. */
  #wantedNames({ truth }: Spoke, { metadata }: StorageCluster): readonly string[] {
    return this.#world.hands
      .list(kinds.MirrorPeer)
      .filter(
        (one) =>
          isLive(one) &&
          one.spec.type !== 'sync' &&
          [contract.finalizer.hub, spokeFinalizer(truth.name)].every((each) =>
            one.metadata.finalizers?.includes(each),
          ),
      )
      .flatMap(({ spec: { items } }) =>
        items.some(
          ({ clusterName, storageClusterRef: ref }) =>
            clusterName === truth.name && ref.name === metadata.name && ref.namespace === metadata.namespace,
        )
          ? items.filter(({ clusterName }) => clusterName !== truth.name).map(hubSecretName)
          : [],
      )
  }

  /** Mirroring that somebody uses is not switched off, and a name stands only for a secret that is there. */
  #clusterChanged(spoke: Spoke, type: string, now: StorageCluster): void {
    const id = `${spoke.truth.name} ${spoke.truth.installation} ${keyText(keyOf(now))}`
    const before = this.#clusters.get(id)
    if (type === 'DELETED') this.#clusters.delete(id)
    else this.#clusters.set(id, now)
    if (before === undefined || type === 'DELETED' || before.metadata.uid !== now.metadata.uid) return
    if (this.#isByHand(spoke, kinds.StorageCluster, now)) return
    const was = before.spec?.mirroring ?? {}
    const is = now.spec?.mirroring ?? {}
    const wanted = this.#wantedNames(spoke, now)
    const where = `StorageCluster ${keyText(keyOf(now))} on ${spoke.truth.name}`
    if (was.enabled === true && is.enabled !== true && wanted.length > 0)
      this.#broken.push(`mirroring of ${where} was switched off though it is used`)
    const names = new Set(is.peerSecretNames ?? [])
    const lost = (was.peerSecretNames ?? []).filter((name) => !names.has(name))
    for (const name of lost)
      if (wanted.includes(name) || name === spoke.truth.users.peerSecretName)
        this.#broken.push(`${where} lost the name ${name}, which is needed`)
    for (const name of names) {
      if (was.peerSecretNames?.includes(name) || name === spoke.truth.users.peerSecretName) continue
      const { namespace = '' } = now.metadata
      if (spoke.hands.find(kinds.Secret, { namespace, name }) === undefined)
        this.#broken.push(`${where} names ${name}, which is not there`)
    }
  }

  /** On the way out the name goes first. */
  #secretGone(spoke: Spoke, secret: Secret): void {
    if (secret.metadata.labels?.[label.createdBy] === undefined) return
    if (this.#isByHand(spoke, kinds.Secret, secret)) return
    // One of another type is made anew, for its type cannot be changed.
    if (secret.type !== undefined && secret.type !== contract.secretType.hub) return
    const users = spoke.hands
      .list(kinds.StorageCluster, secret.metadata.namespace)
      .filter(({ spec }) => spec?.mirroring?.peerSecretNames?.includes(secret.metadata.name ?? ''))
    for (const user of users)
      this.#broken.push(`secret ${keyText(keyOf(secret))} went while ${keyText(keyOf(user))} names it`)
  }

  #peerChanged(type: string, mirrorPeer: MirrorPeer): void {
    const { uid = '', name = '' } = mirrorPeer.metadata
    this.#look('MirrorPeer', { ...mirrorPeer, spec: undefined } as KubeObject)
    const before = this.#peers.get(uid)
    if (type === 'DELETED') this.#peers.delete(uid)
    else this.#peers.set(uid, mirrorPeer)
    if (before === undefined || this.#world.hands.busyWith.has(objectText(kinds.MirrorPeer, { name }))) return
    for (const spoke of this.#world.spokes) {
      const finalizer = spokeFinalizer(spoke.truth.name)
      const had = before.metadata.finalizers?.includes(finalizer) === true
      const has = type !== 'DELETED' && mirrorPeer.metadata.finalizers?.includes(finalizer) === true
      if (!had || has) continue
      if (isLive(before) && isLive(mirrorPeer))
        this.#broken.push(
          `${spoke.truth.name} took its finalizer off MirrorPeer ${name}, which is not deleting`,
        )
      else this.#left(spoke, mirrorPeer)
    }
  }

  /** What only this MirrorPeer wanted is gone when the finalizer of its agent goes. */
  #left(spoke: Spoke, mirrorPeer: MirrorPeer): void {
    const { truth, hands } = spoke
    const { uid, name } = mirrorPeer.metadata
    const others = this.#world.hands
      .list(kinds.MirrorPeer)
      .filter(
        ({ metadata, spec }) =>
          metadata.uid !== uid && spec.items.some(({ clusterName }) => clusterName === truth.name),
      )
    if (others.length > 0) return
    const refs = mirrorPeer.spec.items.filter(({ clusterName }) => clusterName === truth.name)
    const left = refs.flatMap((ref) => {
      const names = [hubSecretName(ref), s3SecretName(ref)]
      const { namespace } = ref.storageClusterRef
      return [
        ...names.filter(
          (each) =>
            this.#world.hands.find(kinds.Secret, { namespace: truth.name, name: each })?.metadata
              .annotations?.[annotation.agentClusterUid] !== undefined,
        ),
        ...hands
          .list(kinds.Secret, namespace)
          .filter(({ metadata }) => metadata.labels?.[label.createdBy] !== undefined)
          .map(({ metadata }) => `secret ${metadata.name}`),
        ...hands
          .list(kinds.StorageClass)
          .filter(({ metadata }) => metadata.labels?.[label.storageId] !== undefined)
          .map(({ metadata }) => `the label of ${metadata.name}`),
        ...hands
          .list(kinds.StorageCluster, namespace)
          .filter(({ spec }) => spec?.mirroring?.enabled === true)
          .map(({ metadata }) => `mirroring of ${metadata.name}`),
      ]
    })
    if (left.length > 0)
      this.#broken.push(
        `the finalizer of ${truth.name} came off MirrorPeer ${name} with ${left.join(', ')} left`,
      )
  }

  #look(what: string, object: KubeObject): void {
    if (leak.test(JSON.stringify(object)))
      this.#broken.push(`${what} ${object.metadata.name} shows what a secret holds`)
  }
}
