import { contract, kinds, type Event } from '@odfmo/api-types'
import { eventually } from '@odfmo/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blue } from './test/builders.ts'
import { conditionOf, find, list, peer } from './test/hub-cluster.ts'
import { asCreated, delivered, one, quiet, scene, settled, type Scene } from './test/scene.ts'

const flaps = 4

describe('the Events of a MirrorPeer', () => {
  let hub: Scene

  beforeAll(async () => {
    hub = await scene()
  })
  afterAll(() => hub.end())

  const events = async (): Promise<readonly Event[]> =>
    (await list(hub.cluster, kinds.Event)).filter(
      ({ regarding }) => regarding?.kind === kinds.MirrorPeer.kind,
    )
  const told = async (): Promise<readonly string[]> =>
    (await events()).map(({ type, action, reason }) => `${type ?? ''} ${action ?? ''} ${reason ?? ''}`).sort()

  const exchanged = (status: 'True' | 'False'): Promise<void> =>
    eventually(hub.cluster, async () => {
      const condition = conditionOf(await peer(hub.cluster), contract.mirrorPeer.condition.secretsExchanged)
      expect(condition?.status).toBe(status)
    })

  it('tell of each transition once, a cause that comes and goes as one series, and nothing again after a restart', async () => {
    const process = await hub.start()
    await hub.create(kinds.MirrorPeer, asCreated())
    for (const secret of delivered) await hub.create(kinds.Secret, secret)
    await hub.converged()
    const key = { namespace: blue(one).metadata.namespace ?? '', name: blue(one).metadata.name ?? '' }
    for (let i = 0; i < flaps; i += 1) {
      await hub.remove(kinds.Secret, key)
      await exchanged('False')
      await hub.create(kinds.Secret, blue(one))
      await exchanged('True')
    }
    await settled(process)
    const before = [
      'Normal DRClustersReady DRClustersReady',
      'Normal S3ProfilesSynced Synced',
      'Normal SecretsExchanged Exchanged',
      'Normal Validated Valid',
      // DRClustersReady says the same words.
      'Warning SecretsExchanged NoBlueSecret',
    ]
    await eventually(hub.cluster, async () => expect(await told()).toEqual(before))
    // What is counted is written a minute later, or when it stops.
    await process.stop()
    const warning = (await events()).find(
      ({ action, type }) => action === 'SecretsExchanged' && type === 'Warning',
    )
    expect(warning?.series?.count).toBe(flaps)
    expect(warning?.note).toContain('the agent of cluster1 has not delivered the peer token')
    expect(warning?.regarding).toMatchObject({ uid: (await peer(hub.cluster)).metadata.uid })

    await settled(await hub.start())
    expect(await told()).toEqual(before)
  })

  it('say that everything is gone, with the uid of who went, and not where our finalizer was taken off by hand', async () => {
    await hub.stopAll()
    const process = await hub.start()
    const cleanedUp = async (name: string): Promise<readonly Event[]> =>
      (await events()).filter(({ reason, regarding }) => reason === 'CleanedUp' && regarding?.name === name)
    const gone = (name: string): Promise<void> =>
      eventually(hub.cluster, async () =>
        expect(await find(hub.cluster, kinds.MirrorPeer, { name })).toBeUndefined(),
      )
    const first = await peer(hub.cluster)
    const name = first.metadata.name ?? ''
    await hub.remove(kinds.MirrorPeer, { name })
    await gone(name)
    await eventually(hub.cluster, async () => expect(await cleanedUp(name)).toHaveLength(1))
    expect((await cleanedUp(name))[0]).toMatchObject({
      type: 'Normal',
      regarding: { name, uid: first.metadata.uid },
    })

    await hub.create(kinds.MirrorPeer, asCreated())
    for (const secret of delivered) await hub.create(kinds.Secret, secret)
    await hub.converged()
    // Somebody holds what is to go, and takes our finalizer off.
    const held = { namespace: blue(one).metadata.namespace ?? '', name: blue(one).metadata.name ?? '' }
    await hub.edit(kinds.Secret, held, { metadata: { finalizers: ['example.com/holds-it'] } })
    await hub.remove(kinds.MirrorPeer, { name })
    await eventually(hub.cluster, async () => {
      const { message } = conditionOf(await peer(hub.cluster), contract.mirrorPeer.condition.ready) ?? {}
      expect(message).toMatch(/^waiting until these are gone: Secret [^,]*holds-it[^,]*$/)
    })
    await hub.edit(kinds.MirrorPeer, { name }, { metadata: { finalizers: [] } })
    await gone(name)
    await quiet()
    await hub.edit(kinds.Secret, held, { metadata: { finalizers: [] } })
    await settled(process)
    await process.stop()
    expect(await cleanedUp(name)).toHaveLength(1)
  })
})
