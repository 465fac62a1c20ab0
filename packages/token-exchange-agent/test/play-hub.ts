import {
  apiVersionOf,
  contract,
  keyText,
  kinds,
  type MirrorPeer,
  type ObjectKey,
  type Secret,
} from '@odfmo/api-types'
import type { KubeClient } from '@odfmo/controller-kit'
import { greenSecret } from '@odfmo/secret-exchange'
import { hubSecretName, isSpokeFinalizer } from '@odfmo/secret-naming'
import type { Cluster } from '@odfmo/testkit'

/**
 * What the hub controller does for agents: copies blue secrets to the other side, takes the copies away with the pair,
 * and lets a MirrorPeer go when no agent holds it any more.
 */
export const playHub = async (hub: Cluster, admin: KubeClient): Promise<() => Promise<void>> => {
  let isDue = false
  let work = Promise.resolve()
  let isStopped = false
  const plan = (): void => {
    if (isDue || isStopped) return
    isDue = true
    work = work.then(async () => {
      isDue = false
      // Somebody was faster: the next change brings us here again.
      await round(hub, admin).catch(() => undefined)
    })
  }
  const stops = await Promise.all(
    [kinds.MirrorPeer, kinds.Secret].map(async (kind) =>
      hub.on({ apiVersion: apiVersionOf(kind), kind: kind.kind }, plan),
    ),
  )
  plan()
  return async () => {
    isStopped = true
    for (const end of stops) end()
    await work
  }
}

const keyOf = ({ metadata }: Secret): ObjectKey => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name ?? '',
})

const isOfKind = ({ metadata }: Secret, kind: string): boolean =>
  metadata.labels?.[contract.label.secretType] === kind

const round = async (hub: Cluster, admin: KubeClient): Promise<void> => {
  const mirrorPeers = (await hub.list({
    apiVersion: apiVersionOf(kinds.MirrorPeer),
    kind: 'MirrorPeer',
  })) as unknown as MirrorPeer[]
  const secrets = (await hub.list({ apiVersion: 'v1', kind: 'Secret' })) as unknown as Secret[]
  const wanted = greensFor(mirrorPeers, secrets)
  for (const secret of secrets.filter((each) => isOfKind(each, contract.secretKind.green))) {
    if (!wanted.has(keyText(keyOf(secret)))) await admin.delete(kinds.Secret, keyOf(secret))
  }
  for (const [text, green] of wanted) {
    const live = secrets.find((secret) => keyText(keyOf(secret)) === text)
    if (live === undefined) await admin.create(kinds.Secret, green)
    else if (JSON.stringify(live.data) !== JSON.stringify(green.data))
      await admin.patch(kinds.Secret, keyOf(live), 'merge', { data: green.data })
  }
  for (const mirrorPeer of mirrorPeers) await letGo(mirrorPeer, admin)
}

/** By key: the blue secrets of the one side for the other. */
const greensFor = (
  mirrorPeers: readonly MirrorPeer[],
  secrets: readonly Secret[],
): ReadonlyMap<string, Secret> => {
  const blues = secrets.filter((secret) => isOfKind(secret, contract.secretKind.blue))
  const live = mirrorPeers.filter(
    ({ metadata, spec }) => metadata.deletionTimestamp === undefined && spec.type !== 'sync',
  )
  const greens = live.flatMap(({ spec: { items } }) =>
    items.flatMap((receiver) => {
      const names = items.filter(({ clusterName }) => clusterName !== receiver.clusterName).map(hubSecretName)
      return blues
        .filter(({ metadata }) => names.includes(metadata.name ?? ''))
        .map((blue) => greenSecret({ blue, receiver }))
    }),
  )
  return new Map(greens.map((green) => [keyText(keyOf(green)), green]))
}

const letGo = async ({ metadata }: MirrorPeer, admin: KubeClient): Promise<void> => {
  const { finalizers = [], deletionTimestamp, name = '', resourceVersion } = metadata
  if (
    deletionTimestamp === undefined ||
    finalizers.some(isSpokeFinalizer) ||
    !finalizers.includes(contract.finalizer.hub)
  )
    return
  const rest = finalizers.filter((finalizer) => finalizer !== contract.finalizer.hub)
  await admin.patch(kinds.MirrorPeer, { name }, 'merge', { metadata: { resourceVersion, finalizers: rest } })
}
