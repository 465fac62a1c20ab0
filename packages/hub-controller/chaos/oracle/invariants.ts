import { contract, kinds, type DRCluster, type MirrorPeer, type Secret } from '@odfmo/api-types'
import { keyOf, keyText, type Kind, type KubeObject } from '@odfmo/api-types/meta'
import { isDeepStrictEqual } from 'node:util'
import { partsOf } from '../../src/parts.ts'
import { podNamespace } from '../../src/test/builders.ts'
import { hidden } from '../actors/agents.ts'
import { hubFinalizer, objectText } from '../hands.ts'
import type { World } from '../world.ts'
import { foreignText, ourEntries, ramenTextOf } from './ramen-text.ts'

const { label, secretKind } = contract

const labelOf = ({ metadata }: KubeObject, name: string): string | undefined => metadata.labels?.[name]

/** The word that all secrets' contents bear, plain and in base64 wherever it may begin. */
const hiddenForms = ['', 'a', 'ab'].flatMap((before) => {
  const text = Buffer.from(`${before}${hidden}`).toString('base64')
  return [
    text.slice(
      before.length === 0 ? 0 : before.length + 1,
      4 * Math.floor((before.length + hidden.length) / 3),
    ),
  ]
})
const leak = new RegExp([hidden, ...hiddenForms].join('|'))

/** What must hold at every moment; looked at when something changes, and after each step. */
export class Invariants {
  readonly #world: World
  readonly #broken: string[] = []
  /** The hub's own finalizer is seen to go. */
  readonly #peers = new Map<string, MirrorPeer>()

  constructor(world: World) {
    this.#world = world
    const { cluster } = world
    const listen = <T extends KubeObject>(
      { group, version, kind }: Kind<T>,
      hear: (type: string, object: T) => void,
    ): void => {
      const apiVersion = group === '' ? version : `${group}/${version}`
      cluster.on({ apiVersion, kind }, ({ type, object }) => hear(type, object as unknown as T))
    }
    listen(kinds.Secret, (type, secret) => {
      if (type === 'DELETED') this.#deleted(secret)
    })
    listen(kinds.MirrorPeer, (type, mirrorPeer) => this.#changed(type, mirrorPeer))
    listen(kinds.Event, (_type, event) => this.#look('Event', event))
    listen(kinds.ManagedClusterAddOn, (_type, addOn) => this.#look('ManagedClusterAddOn', addOn))
  }

  /** What was broken since the last time. */
  broken(): readonly string[] {
    this.#users()
    return [...this.#broken.splice(0), ...this.#world.complaints.splice(0)]
  }

  /** What must hold when nothing is left to do. */
  brokenAtRest(): readonly string[] {
    const going = this.#world.hands
      .list(kinds.MirrorPeer)
      .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
    return going.map(
      ({ metadata, status }) =>
        `MirrorPeer ${metadata.name} does not go: ${status?.message ?? 'without a word'}`,
    )
  }

  /** By the hub: nobody else is at it, and its namespace stays. */
  #isHubs(kind: Kind, { metadata }: KubeObject): boolean {
    const { namespace, name = '' } = metadata
    const { hands } = this.#world
    if (hands.busyWith.has(objectText(kind, { name, ...(namespace === undefined ? {} : { namespace }) })))
      return false
    return (
      namespace === undefined ||
      hands.find(kinds.Namespace, { name: namespace })?.metadata.deletionTimestamp === undefined
    )
  }

  /** A copy of a token goes when nobody wants it any more or its source has been away for a minute: never before. */
  #deleted(secret: Secret): void {
    if (labelOf(secret, label.secretType) !== secretKind.green || !this.#isHubs(kinds.Secret, secret)) return
    // One of another type is made anew, for its type cannot be changed.
    if (secret.type !== contract.secretType.hub) return
    const { hands } = this.#world
    const key = keyText(keyOf(secret))
    for (const mirrorPeer of hands.list(kinds.MirrorPeer)) {
      const { deletionTimestamp, finalizers = [] } = mirrorPeer.metadata
      if (deletionTimestamp !== undefined || !finalizers.includes(hubFinalizer)) continue
      if (!intervalsAreValid(mirrorPeer)) continue
      const pair = partsOf(mirrorPeer).pairs.find(({ green }) => keyText(green) === key)
      if (pair === undefined) continue
      const source = hands.find(kinds.Secret, pair.source.hubSecret)
      if (source !== undefined && labelOf(source, label.secretType) === secretKind.blue)
        this.#broken.push(
          `green secret ${key} was deleted though ${mirrorPeer.metadata.name} wants it and its blue one is there`,
        )
    }
  }

  #changed(type: string, mirrorPeer: MirrorPeer): void {
    const { uid = '', name = '' } = mirrorPeer.metadata
    this.#look('MirrorPeer', { ...mirrorPeer, spec: undefined } as KubeObject)
    const before = this.#peers.get(uid)
    if (isReady(mirrorPeer) && before !== undefined && !isReady(before)) this.#ready(mirrorPeer)
    const had = before?.metadata.finalizers?.includes(hubFinalizer) === true
    const has = type !== 'DELETED' && mirrorPeer.metadata.finalizers?.includes(hubFinalizer) === true
    if (had && !has && this.#isHubs(kinds.MirrorPeer, mirrorPeer)) {
      if (before.metadata.deletionTimestamp === undefined)
        this.#broken.push(`the hub took its finalizer off MirrorPeer ${name}, which is not deleting`)
      else this.#left(before)
    }
    if (type === 'DELETED') this.#peers.delete(uid)
    else this.#peers.set(uid, mirrorPeer)
  }

  /** Nobody says Ready of what it has not looked at since it began. */
  #ready(mirrorPeer: MirrorPeer): void {
    const { refs, pairs } = partsOf(mirrorPeer)
    const keys = [
      ...refs.flatMap(({ addOn, drCluster }) => [addOn, drCluster]),
      ...pairs.map(({ green }) => green),
    ]
    const parts = new Set(keys.map(keyText))
    for (const { manager, engine, name } of this.#world.hubs) {
      if (!manager.canWrite()) continue
      const states = engine
        .explain()
        .filter(({ derived, key }) => statusParts.has(derived) && parts.has(keyText(key)))
      const unseen = states.filter(({ state }) => state.is === 'pending')
      if (unseen.length > 0 || states.length === 0)
        this.#broken.push(
          `${name} says that ${mirrorPeer.metadata.name} is ready before it looked at ${unseen.map(({ derived }) => derived).join(', ')}`,
        )
    }
  }

  /** What only this MirrorPeer wanted is gone when its finalizer goes. */
  #left(mirrorPeer: MirrorPeer): void {
    const { hands } = this.#world
    const { uid, name } = mirrorPeer.metadata
    const others = hands.list(kinds.MirrorPeer).filter(({ metadata }) => metadata.uid !== uid)
    const shared = others.flatMap((other) => partsOf(other).refs)
    const entries = ourEntries(hands)
    const left = partsOf(mirrorPeer).refs.flatMap(({ ref, hubSecret, s3Secret, addOn }) => {
      const isShared = shared.some((other) => other.hubSecret.name === hubSecret.name)
      const owned = hands
        .find(kinds.ManagedClusterAddOn, addOn)
        ?.metadata.ownerReferences?.some((owner) => owner.uid === uid)
      const secrets = [hubSecret, s3Secret].filter((key) => {
        const secret = hands.find(kinds.Secret, key)
        return secret !== undefined && labelOf(secret, label.secretType) !== undefined
      })
      const ramens = [hubSecret, s3Secret].filter((key) => {
        const secret = hands.find(kinds.Secret, { namespace: podNamespace, name: key.name })
        return secret !== undefined && labelOf(secret, label.createdBy) !== undefined
      })
      return [
        ...(owned === true ? [`its reference on the add-on of ${ref.clusterName}`] : []),
        ...(isShared
          ? []
          : [
              ...secrets.map((key) => `secret ${keyText(key)}`),
              ...ramens.map((key) => `secret ${key.name} of Ramen`),
              ...(entries.includes(s3Secret.name) ? [`the profile of ${ref.clusterName}`] : []),
            ]),
      ]
    })
    if (left.length > 0)
      this.#broken.push(`the finalizer came off MirrorPeer ${name} with ${left.join(', ')} left`)
  }

  #look(what: string, object: KubeObject): void {
    if (leak.test(JSON.stringify(object)))
      this.#broken.push(`${what} ${object.metadata.name} shows what a secret holds`)
  }

  /** Byte for byte what users wrote, and what Ramen and people wrote beside our profiles. */
  #users(): void {
    const { hands, truth } = this.#world
    for (const [text, object] of truth.users) {
      const { apiVersion = '', kind = '' } = object
      const live = hands.cluster.get({ apiVersion, kind }, keyOf(object))
      const { namespace } = object.metadata
      const home = namespace === undefined ? undefined : hands.find(kinds.Namespace, { name: namespace })
      // It goes with its namespace.
      const isHomeless =
        home?.metadata.deletionTimestamp !== undefined || home?.metadata.uid !== truth.homes.get(text)
      if (namespace !== undefined && isHomeless) truth.users.delete(text)
      else if (!isDeepStrictEqual(usersPart(live as KubeObject | undefined), usersPart(object)))
        this.#broken.push(
          `${text} of a user was changed: ${JSON.stringify(live)} instead of ${JSON.stringify(object)}`,
        )
    }
    const text = ramenTextOf(hands)
    if (text === undefined || truth.ramenText === undefined) return
    const [is, was] = [foreignText(text), foreignText(truth.ramenText)]
    if (is !== was)
      this.#broken.push(
        `Ramen's configuration has other bytes beside our profiles:\n${is}\ninstead of\n${was}\nin\n${text}`,
      )
  }
}

/** Of a DRCluster, region and profile are ours whoever made it, and with them what the server counts. */
const usersPart = (object: KubeObject | undefined): unknown => {
  if (object?.kind !== kinds.DRCluster.kind) return object
  const { spec, metadata } = object as DRCluster
  const { region: _region, s3ProfileName: _profile, ...others } = { ...spec }
  const { labels, annotations, finalizers, ownerReferences } = metadata
  return { others, labels, annotations, finalizers, ownerReferences }
}

/** The rules whose states make Ready, of those that are there for every MirrorPeer. */
const statusParts = new Set(['managed-cluster-add-on', 'green-secret', 'dr-cluster'])

const isReady = ({ status }: MirrorPeer): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true

const intervalsAreValid = ({ spec }: MirrorPeer): boolean =>
  (spec.schedulingIntervals ?? []).every((text) => /^\d+[mhd]$/.test(text)) &&
  (spec.type === undefined || spec.type === 'async')
