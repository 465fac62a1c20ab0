import { contract, kinds } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { hubSecretName } from '@odfmo/secret-naming'
import { eventually, startCluster, type Cluster } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { blue, external, greenKey, managedCluster, peerRef, s3 } from './test/builders.ts'
import { conditionOf, find, get, list, peer } from './test/hub-cluster.ts'
import { startHub, type HubProcess } from './test/hub-process.ts'
import { asCreated, delivered, one, quiet, scene, two, type Scene } from './test/scene.ts'
import { tickingClock, type TickingClock } from './test/ticking-clock.ts'

const three = peerRef('cluster3')
const clusters = ['cluster1', 'cluster2', 'cluster3']
const green = greenKey(one, two)
const secondPeer = asCreated({ name: 'second', spec: { items: [one, three], manageS3: false } })

let stage: Scene
let cluster: Cluster
const begin = async (started: Scene): Promise<void> => {
  stage = started
  cluster = started.cluster
}
afterEach(() => stage.end())

const soon = (check: () => Promise<void>): Promise<void> => eventually(cluster, check)
const data = async (key: ReturnType<typeof greenKey>) => (await get(cluster, kinds.Secret, key)).data

describe('a blue secret whose peer ref two MirrorPeers name', () => {
  it('is copied to every peer, so is its rotated key, and a copy goes with the MirrorPeer that connects the two', async () => {
    await begin(await scene({ clusters }))
    await stage.start()
    await cluster.apply(asCreated(), secondPeer, ...delivered, blue(three))
    await stage.converged()
    await soon(async () => expect((await peer(cluster, 'second')).status?.phase).toBe('ExchangedSecret'))
    const rotated = blue(one, { key: 'rotated' })
    await stage.edit(kinds.Secret, keyOf(rotated), { data: rotated.data })
    await soon(async () => {
      for (const receiver of [two, three]) {
        expect((await data(greenKey(one, receiver)))?.['secret-data']).toBe(rotated.data?.['secret-data'])
      }
    })
    expect(await find(cluster, kinds.Secret, greenKey(two, three))).toBeUndefined()

    // Of the same name as a copy that goes, and nobody's to take.
    const internal = {
      ...external(one),
      metadata: { ...external(one).metadata, name: hubSecretName(one), namespace: 'elsewhere' },
    }
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'elsewhere' } }, internal)
    await stage.remove(kinds.MirrorPeer, { name: 'second' })
    await soon(async () => {
      expect(await list(cluster, kinds.MirrorPeer)).toHaveLength(1)
      expect(await find(cluster, kinds.Secret, greenKey(one, three))).toBeUndefined()
      expect(await find(cluster, kinds.Secret, greenKey(three, one))).toBeUndefined()
    })
    expect((await data(green))?.['secret-data']).toBe(rotated.data?.['secret-data'])
    expect(await find(cluster, kinds.Secret, keyOf(blue(one)))).toBeDefined()
    expect(await find(cluster, kinds.Secret, keyOf(internal))).toBeDefined()
    await stage.converged()
  })
})

describe('a secret that an agent may not have written', () => {
  it('is ignored whatever it names, with a condition and an Event, and the right one is taken when it comes', async () => {
    await begin(await scene())
    await stage.start()
    const astray = { ...blue(one), metadata: { ...blue(one).metadata, name: 'astray' } }
    // In the namespace of cluster1, for a StorageCluster of its own making.
    const forged = { ...blue(peerRef('cluster1', { name: 'forged' })), metadata: blue(one).metadata }
    await cluster.apply(asCreated(), astray, blue(two), s3(one), s3(two))
    await soon(async () =>
      expect(conditionOf(await peer(cluster), 'SecretsExchanged')).toMatchObject({
        status: 'False',
        reason: 'InvalidBlueSecret',
        message: expect.stringContaining('secret astray in namespace cluster1 is ignored'),
      }),
    )
    await stage.remove(kinds.Secret, keyOf(astray))
    await soon(async () =>
      expect(conditionOf(await peer(cluster), 'SecretsExchanged')?.reason).toBe('NoBlueSecret'),
    )
    await cluster.apply(forged)
    await soon(async () => {
      expect(conditionOf(await peer(cluster), 'SecretsExchanged')?.reason).toBe('InvalidBlueSecret')
      expect((await list(cluster, kinds.Event)).some(({ reason }) => reason === 'InvalidBlueSecret')).toBe(
        true,
      )
    })
    expect(await find(cluster, kinds.Secret, green)).toBeUndefined()
    await stage.edit(kinds.Secret, keyOf(forged), { data: blue(one).data })
    await stage.converged()
    // Its label is what makes it one.
    for (const [label, reason] of [
      [null, 'NoBlueSecret'],
      [contract.secretKind.internal, 'ExternalStorage'],
      [contract.secretKind.blue, 'Exchanged'],
    ]) {
      const labels = { [contract.label.secretType]: label }
      await stage.edit(kinds.Secret, keyOf(forged), { metadata: { labels } })
      await soon(async () =>
        expect(conditionOf(await peer(cluster), 'SecretsExchanged')?.reason).toBe(reason),
      )
    }
  })

  it('of external Ceph is refused for type async, and the condition names the StorageCluster', async () => {
    await begin(await scene())
    await stage.start()
    await cluster.apply(asCreated(), external(one), blue(two), s3(one), s3(two))
    await soon(async () =>
      expect(conditionOf(await peer(cluster), 'SecretsExchanged')).toMatchObject({
        status: 'False',
        reason: 'ExternalStorage',
        message: expect.stringContaining('StorageCluster openshift-storage/ocs-storagecluster of cluster1'),
      }),
    )
    expect(await find(cluster, kinds.Secret, green)).toBeUndefined()
    expect((await peer(cluster)).status?.phase).toBe('ExchangingSecret')
  })
})

// In memory, with a clock of its own: a minute passes at once.
describe('a copy whose source is gone', () => {
  let hub: HubProcess
  let clock: TickingClock
  const beginWithClock = async (): Promise<void> => {
    await begin(await scene({ start: startCluster }))
    clock = tickingClock()
    hub = await startHub(cluster, { clock })
    await cluster.apply(asCreated(), ...delivered)
    await stage.converged()
  }
  afterEach(async () => {
    clock.stop()
    await hub.stop()
  })

  it('goes after a minute, and comes again with it; the other one stays', async () => {
    await beginWithClock()
    await stage.remove(kinds.Secret, keyOf(blue(one)))
    await soon(async () => expect((await peer(cluster)).status?.phase).toBe('ExchangingSecret'))
    clock.advance(50_000)
    await quiet()
    expect(await find(cluster, kinds.Secret, green)).toBeDefined()
    clock.advance(10_000)
    await soon(async () => expect(await find(cluster, kinds.Secret, green)).toBeUndefined())
    expect(await find(cluster, kinds.Secret, greenKey(two, one))).toBeDefined()
    await cluster.apply(blue(one))
    await stage.converged()
  })

  it('stays when it is made again within the minute: the count begins anew', async () => {
    await beginWithClock()
    const { uid } = (await get(cluster, kinds.Secret, green)).metadata
    for (let i = 0; i < 2; i += 1) {
      await stage.remove(kinds.Secret, keyOf(blue(one)))
      await soon(async () => expect((await peer(cluster)).status?.phase).toBe('ExchangingSecret'))
      clock.advance(40_000)
      await cluster.apply(blue(one))
      await stage.converged()
    }
    expect((await get(cluster, kinds.Secret, green)).metadata.uid).toBe(uid)
  })

  it('stays while the cluster of its source is away', async () => {
    await beginWithClock()
    await stage.remove(kinds.ManagedCluster, { name: 'cluster1' })
    await stage.remove(kinds.Secret, keyOf(blue(one)))
    await soon(async () =>
      expect(conditionOf(await peer(cluster), 'Validated')?.reason).toBe('ClusterNotFound'),
    )
    clock.advance(120_000)
    await quiet()
    expect(await find(cluster, kinds.Secret, green)).toBeDefined()
    await cluster.apply(managedCluster('cluster1'), blue(one))
    await stage.converged()
    expect((await data(green))?.[contract.hubSecretKey.secretData]).toBe(
      blue(one).data?.[contract.hubSecretKey.secretData],
    )
  })
})
