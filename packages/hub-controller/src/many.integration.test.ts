import { kinds } from '@odfmo/api-types'
import { eventually } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { blue, peerRef, s3 } from './test/builders.ts'
import { list, writesOf } from './test/hub-cluster.ts'
import { hubUser } from './test/hub-process.ts'
import { asCreated, scene, settled } from './test/scene.ts'

const pairs = Array.from({ length: 30 }, (_, i) => [peerRef(`left${i}`), peerRef(`right${i}`)] as const)

it('thirty MirrorPeers at once are exchanged with one write of Ramen’s config, and each costs no more than one alone', async () => {
  const stage = await scene(pairs.flat().map(({ clusterName }) => clusterName))
  const { cluster } = stage
  const hub = await stage.start()
  await cluster.apply(...pairs.flat().flatMap((ref) => [blue(ref), s3(ref)]))
  await cluster.apply(...pairs.map((items, i) => asCreated({ name: `mp${i}`, spec: { items } })))
  await eventually(
    cluster,
    () => {
      for (const { status } of list(cluster, kinds.MirrorPeer)) expect(status?.phase).toBe('ExchangedSecret')
    },
    { timeoutMs: 20_000 },
  )
  await settled(hub)
  const writes = writesOf(cluster, hubUser)
  // A burst may be seen in two halves.
  expect(writes.filter(({ resource }) => resource === 'configmaps').length).toBeLessThanOrEqual(2)
  expect(writes.length / pairs.length).toBeLessThan(25)
  await stage.end()
}, 40_000)
