import { contract, kinds, type ConfigMap } from '@odfmo/api-types'
import { keyOf, type ObjectKey } from '@odfmo/api-types/meta'
import { bucketName, s3SecretName, spokeFinalizer } from '@odfmo/secret-naming'
import { eventually, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { blue, peerRef, podNamespace, s3, textOf } from './test/builders.ts'
import { conditionOf, get, list, peer } from './test/hub-cluster.ts'
import { writesOf } from './test/journal.ts'
import { hubUser } from './test/hub-process.ts'
import { asCreated, one, quiet, scene, settled, two, type Scene } from './test/scene.ts'

const others = [two, peerRef('cluster3'), peerRef('cluster4')] as const
const [, three, four] = others
const bucketOf = (other: typeof two): string => bucketName(['cluster1', other.clusterName])
/** What the agent of cluster1 delivers: the bucket of its MirrorPeer with another cluster, with its key. */
const delivers = (other: typeof two) =>
  s3(one, { s3Bucket: bucketOf(other), AWS_ACCESS_KEY_ID: `key of ${other.clusterName}` })

let stage: Scene
let cluster: Cluster
beforeEach(async () => {
  stage = await scene({ clusters: ['cluster1', 'cluster2', 'cluster3', 'cluster4'] })
  cluster = stage.cluster
})
afterEach(() => stage.end())

const configKey: ObjectKey = { namespace: podNamespace, name: contract.ramen.configMap }
const expectKnown = async (other: typeof two): Promise<void> => {
  const config =
    (await get<ConfigMap>(cluster, kinds.ConfigMap, configKey)).data?.[contract.ramen.configKey] ?? ''
  expect(config.match(/s3profile-cluster1-/g)).toHaveLength(1)
  expect(config).toContain(`s3Bucket: ${bucketOf(other)}`)
  const { data } = await get(cluster, kinds.Secret, { namespace: podNamespace, name: s3SecretName(one) })
  expect(textOf(data?.['AWS_ACCESS_KEY_ID'])).toBe(`key of ${other.clusterName}`)
}
const ramenWrites = async () =>
  (await writesOf(cluster, hubUser)).filter(({ resource }) => ['configmaps', 'secrets'].includes(resource))
const deliver = (other: typeof two): Promise<void> =>
  stage.edit(kinds.Secret, keyOf(delivers(other)), { data: delivers(other).data })
const mirrorPeer = (name: string, other: typeof two) => asCreated({ name, spec: { items: [one, other] } })

it('one bucket is published for a peer ref of several MirrorPeers, whatever is delivered in turn, till its MirrorPeer goes', async () => {
  let hub = await stage.start()
  await cluster.apply(mirrorPeer('a', two), delivers(two), s3(two), blue(one), blue(two))
  await stage.converged('a')
  await expectKnown(two)
  await cluster.apply(mirrorPeer('b', three), s3(three), blue(three))
  await stage.converged('b')
  await settled(hub)
  const before = (await ramenWrites()).length
  // As agents of the original do.
  for (const other of [three, two, three]) {
    await deliver(other)
    await eventually(cluster, async () =>
      expect(conditionOf(await peer(cluster, 'b'), 'S3ProfilesSynced')?.message).toMatch(
        other === two ? /as MirrorPeer a wants it$/ : /delivers the bucket of MirrorPeer b$/,
      ),
    )
  }
  await settled(hub)
  expect(await ramenWrites()).toHaveLength(before)
  await expectKnown(two)

  // A third one, and a hub that starts anew.
  await stage.stopAll()
  await cluster.apply(mirrorPeer('c', four), s3(four), blue(four))
  await deliver(four)
  hub = await stage.start()
  await stage.converged('c')
  await settled(hub)
  await expectKnown(two)

  // Its MirrorPeer goes: Ramen is told another one before the agents are done, as they take the bucket along.
  await stage.edit(
    kinds.MirrorPeer,
    { name: 'a' },
    {
      metadata: { finalizers: [contract.finalizer.hub, spokeFinalizer('cluster1')] },
    },
  )
  await stage.remove(kinds.MirrorPeer, { name: 'a' })
  await eventually(cluster, () => expectKnown(four))
  await stage.edit(kinds.MirrorPeer, { name: 'a' }, { metadata: { finalizers: [contract.finalizer.hub] } })
  await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toHaveLength(2))
  await deliver(three)
  await quiet()
  await expectKnown(four)
  for (const name of ['b', 'c']) await stage.converged(name)
})
