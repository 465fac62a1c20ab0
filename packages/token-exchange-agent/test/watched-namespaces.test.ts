import { kinds } from '@odfmo/api-types'
import { spokeFinalizer } from '@odfmo/secret-naming'
import { startCluster, type InMemoryCluster } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { namespace, spokeUser } from './agent-rights.ts'
import { spokeOf } from './expect-exchanged.ts'
import { mirrorPeer, refOf, settled, startFleet, storageCluster, type Fleet } from './fleet.ts'

let fleet: Fleet | undefined
afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

const elsewhere = { name: 'second', namespace: 'elsewhere' }
/** Kinds that are watched where a StorageCluster is. */
const kindsOfStorage = 6
const longTest = 300_000

/** How many watches of the agent are open; letting go on what goes on changes nothing. */
const watchesIn = (spoke: InMemoryCluster, at?: string): number =>
  spoke.faults.stallWatches({ user: spokeUser, ...(at === undefined ? {} : { namespace: at }) }, false)

// In memory: a server that tells how many watches are open.
it(
  'watches a namespace while a MirrorPeer names a StorageCluster there, and leaks no watch however often',
  async () => {
    const started = await startFleet<InMemoryCluster>({
      start: ({ name, crds }) => startCluster({ name, crds }),
      namespaces: [elsewhere.namespace],
      storageClusters: [storageCluster(), storageCluster({}, elsewhere)],
    })
    fleet = started
    const spoke = spokeOf(started, 'cluster1')
    for (const name of ['cluster1', 'cluster2']) await started.startAgent(name)
    await settled(started, () => expect(watchesIn(spoke, namespace)).toBe(kindsOfStorage))
    const key = { name: 'second' }
    const all = watchesIn(spoke)
    for (let time = 0; time < 3; time += 1) {
      expect(watchesIn(spoke, elsewhere.namespace)).toBe(0)
      await started.hub.apply(
        mirrorPeer(key.name, { items: ['cluster1', 'cluster2'].map((name) => refOf(name, elsewhere)) }),
      )
      await settled(started, async () => {
        expect(watchesIn(spoke, elsewhere.namespace)).toBe(kindsOfStorage)
        const { finalizers = [] } = (await started.get(started.hub, kinds.MirrorPeer, key))?.metadata ?? {}
        expect(finalizers).toContain(spokeFinalizer('cluster1'))
        expect(finalizers).toContain(spokeFinalizer('cluster2'))
      })
      await started.deleteObject(started.hub, kinds.MirrorPeer, key)
      await settled(started, async () => {
        expect(await started.get(started.hub, kinds.MirrorPeer, key)).toBeUndefined()
        expect(watchesIn(spoke, elsewhere.namespace)).toBe(0)
      })
    }
    expect(watchesIn(spoke)).toBe(all)
  },
  longTest,
)

it(
  'asks for nothing in other namespaces, and for no more of its hub than its own',
  async () => {
    const started = await startFleet<InMemoryCluster>({
      start: ({ name, crds }) => startCluster({ name, crds }),
    })
    fleet = started
    const spoke = spokeOf(started, 'cluster1')
    for (const name of ['cluster1', 'cluster2']) await started.startAgent(name)
    await started.hub.apply(mirrorPeer())
    await settled(started, async () => {
      const { finalizers = [] } =
        (await started.get(started.hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' }))?.metadata ?? {}
      expect(finalizers).toContain(spokeFinalizer('cluster1'))
      expect(watchesIn(spoke, namespace)).toBe(kindsOfStorage)
    })
    const asked = (cluster: InMemoryCluster, user: RegExp): readonly string[] => [
      ...new Set(
        cluster.requests
          .all()
          .filter((request) => user.test(request.user))
          .map((request) => request.namespace),
      ),
    ]
    expect(asked(spoke, new RegExp(`^${spokeUser}$`)).toSorted()).toEqual(['', namespace])
    expect(asked(started.hub, /:cluster1:addon:/).toSorted()).toEqual(['', 'cluster1'])
  },
  longTest,
)
