import { contract, keyText, kinds, type MirrorPeer, type ObjectKey, type Secret } from '@odfmo/api-types'
import { apiVersionOf, keyOf, type Kind, type KubeObject } from '@odfmo/api-types/meta'
import { isAlreadyExists, isConflict, isNotFound, type KubeClient } from '@odfmo/controller-kit'
import { rookHubSecret, s3HubSecret } from '@odfmo/secret-exchange'
import { spokeFinalizer } from '@odfmo/secret-naming'
import type { InMemoryCluster } from '@odfmo/testkit'
import { base64, token } from '../cases.ts'
import { playHub } from '../play-hub.ts'

const others = ['cluster2', 'cluster3'] as const

/** Everybody who goes on wherever the agent is stopped: the hub controller, the agents of other clusters, NooBaa. */
export interface Players {
  /** They look at the clusters after each change, until the answer is called; that resolves when they have ended. */
  play(): Promise<() => Promise<void>>
  /** What the Ceph of another cluster says its fsid is. */
  fsids: Map<string, string>
}

const isTold = (error: unknown): boolean => isConflict(error) || isNotFound(error) || isAlreadyExists(error)

/** Somebody else was faster: the change that tells of it is looked at again. */
const orLookAgain = async (write: Promise<unknown>): Promise<void> => {
  try {
    await write
  } catch (error) {
    if (!isTold(error)) throw error
  }
}

const list = <T extends KubeObject>(cluster: InMemoryCluster, kind: Kind<T>): readonly T[] =>
  cluster.list({ apiVersion: apiVersionOf(kind), kind: kind.kind }) as unknown as readonly T[]

const find = <T extends KubeObject>(cluster: InMemoryCluster, kind: Kind<T>, key: ObjectKey): T | undefined =>
  cluster.get({ apiVersion: apiVersionOf(kind), kind: kind.kind }, key) as T | undefined

/** Calls `look` after each change of a cluster, one look after the other. */
const looking = (cluster: InMemoryCluster, look: () => Promise<void>): (() => Promise<void>) => {
  let changes = 1
  let seen = 0
  let failure: unknown
  let working: Promise<void> | undefined
  const work = async (): Promise<void> => {
    while (seen < changes) {
      seen = changes
      try {
        await look()
        failure = undefined
      } catch (error) {
        // Tried again at the next change; told in the end when none has helped.
        failure = error
      }
    }
    working = undefined
  }
  const onChange = (): void => {
    changes += 1
    working ??= work()
  }
  const forget = cluster.onChange(onChange)
  onChange()
  return async () => {
    forget()
    await working
    if (failure !== undefined) throw new Error(`a player failed on ${cluster.name}`, { cause: failure })
  }
}

/** What another cluster's agent delivers for a MirrorPeer. */
const deliveredBy = (
  clusterName: string,
  { spec }: MirrorPeer,
  fsids: ReadonlyMap<string, string>,
): readonly Secret[] =>
  spec.items
    .filter((item) => item.clusterName === clusterName)
    .flatMap((ref) => [
      rookHubSecret({
        ref,
        secret: { data: token(fsids.get(clusterName) ?? `fsid-of-${clusterName}`) },
        external: spec.type === 'sync',
      }),
      s3HubSecret({
        ref,
        secret: { data: { AWS_ACCESS_KEY_ID: base64('id'), AWS_SECRET_ACCESS_KEY: base64('key') } },
        configMap: { data: { BUCKET_NAME: 'odrbucket' } },
        routeHost: `s3.${clusterName}.example`,
      }),
    ])

/** One look of another cluster's agent. */
const otherAgent = async (
  clusterName: string,
  { hub, hubAdmin, fsids }: PlayersOptions & { readonly fsids: ReadonlyMap<string, string> },
): Promise<void> => {
  const mine = spokeFinalizer(clusterName)
  const all = list(hub, kinds.MirrorPeer).filter(({ spec }) =>
    spec.items.some((item) => item.clusterName === clusterName),
  )
  const live = all.filter(
    ({ metadata }) =>
      metadata.deletionTimestamp === undefined && metadata.finalizers?.includes(contract.finalizer.hub),
  )
  const withFinalizers = ({ metadata }: MirrorPeer, finalizers: readonly string[]): Promise<void> => {
    const { name = '', resourceVersion } = metadata
    return orLookAgain(
      hubAdmin.patch(kinds.MirrorPeer, { name }, 'merge', { metadata: { resourceVersion, finalizers } }),
    )
  }
  const wanted = new Map(
    live
      .flatMap((one) => deliveredBy(clusterName, one, fsids))
      .map((secret) => [keyText(keyOf(secret)), secret] as const),
  )
  for (const one of live) {
    const { finalizers = [] } = one.metadata
    if (!finalizers.includes(mine)) await withFinalizers(one, [...finalizers, mine])
  }
  for (const secret of wanted.values()) {
    const there = find(hub, kinds.Secret, keyOf(secret))
    if (there === undefined) await orLookAgain(hubAdmin.create(kinds.Secret, secret))
    else if (JSON.stringify(there.data) !== JSON.stringify(secret.data))
      await orLookAgain(hubAdmin.patch(kinds.Secret, keyOf(secret), 'merge', { data: secret.data }))
  }
  for (const one of all) {
    const { finalizers = [], deletionTimestamp } = one.metadata
    if (deletionTimestamp === undefined || !finalizers.includes(mine)) continue
    for (const { metadata } of deliveredBy(clusterName, one, fsids))
      if (!wanted.has(keyText(keyOf({ metadata }))))
        await orLookAgain(hubAdmin.delete(kinds.Secret, keyOf({ metadata })))
    await withFinalizers(
      one,
      finalizers.filter((finalizer) => finalizer !== mine),
    )
  }
}

/** One look of NooBaa: each claim has its Secret and ConfigMap, which the garbage collector takes along with it. */
const noobaa = async ({ spoke, spokeAdmin }: PlayersOptions): Promise<void> => {
  for (const { metadata } of list(spoke, kinds.ObjectBucketClaim)) {
    const { name = '', namespace = '', uid = '', deletionTimestamp } = metadata
    if (deletionTimestamp !== undefined) continue
    const apiVersion = apiVersionOf(kinds.ObjectBucketClaim)
    const ownerReferences = [{ apiVersion, kind: kinds.ObjectBucketClaim.kind, name, uid }]
    const about = { metadata: { namespace, name, ownerReferences } }
    const data = { AWS_ACCESS_KEY_ID: base64(`id of ${name}`), AWS_SECRET_ACCESS_KEY: base64('key') }
    if (find(spoke, kinds.Secret, { namespace, name }) === undefined)
      await orLookAgain(spokeAdmin.create(kinds.Secret, { ...about, data }))
    if (find(spoke, kinds.ConfigMap, { namespace, name }) === undefined)
      await orLookAgain(spokeAdmin.create(kinds.ConfigMap, { ...about, data: { BUCKET_NAME: name } }))
  }
}

export interface PlayersOptions {
  readonly hub: InMemoryCluster
  readonly hubAdmin: KubeClient
  readonly spoke: InMemoryCluster
  readonly spokeAdmin: KubeClient
}

export const playersOf = (options: PlayersOptions): Players => {
  const { hub, hubAdmin, spoke } = options
  const fsids = new Map<string, string>()
  return {
    fsids,
    async play() {
      const ends = [
        await playHub(hub, hubAdmin),
        ...others.map((name) => looking(hub, () => otherAgent(name, { ...options, fsids }))),
        looking(spoke, () => noobaa(options)),
      ]
      return async () => {
        for (const end of ends) await end()
      }
    },
  }
}
