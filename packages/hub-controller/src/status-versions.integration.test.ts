import { contract, keyOf, kinds, type MirrorPeer } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import type { KubeClient } from '@odfmo/controller-kit'
import { eventually, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { blue } from './test/builders.ts'
import { clientOf } from './test/client-of.ts'
import { conditionOf, find, list, peer } from './test/hub-cluster.ts'
import { hubUser, type HubProcess } from './test/hub-process.ts'
import { writesOf } from './test/journal.ts'
import { playedAgents } from './test/played-agents.ts'
import { asCreated, delivered, one, quiet, scene, settled, two, type Scene } from './test/scene.ts'

const name = 'mirrorpeer-sample'
let stage: Scene
let cluster: Cluster
let admin: KubeClient
let hub: HubProcess
beforeEach(async () => {
  stage = await scene()
  cluster = stage.cluster
  admin = await clientOf(cluster)
  hub = await stage.start()
})
afterEach(async () => {
  await admin.close()
  await stage.end()
})

/** What every version of every MirrorPeer said, without repetitions. */
const listen = async (): Promise<{ readonly said: readonly string[]; end(): void }> => {
  const said: string[] = []
  const end = await cluster.on(
    { apiVersion: apiVersionOf(kinds.MirrorPeer), kind: kinds.MirrorPeer.kind },
    ({ object }) => {
      const { status } = object as unknown as MirrorPeer
      const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? '-'
      const now = `${status?.phase ?? '-'} ${ready}`
      if (said.at(-1) !== now) said.push(now)
    },
  )
  return { said, end }
}

const condition = (type: string) => ({
  type,
  status: 'True',
  reason: 'Played',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
})

/** As OCM on hub and spoke: the work is applied, and the agent is alive. */
const agentsRun = async (): Promise<void> => {
  for (const namespace of ['cluster1', 'cluster2']) {
    const work = { namespace, name: 'addon-tokenexchange-deploy-0' }
    await eventually(cluster, async () => expect(await find(cluster, kinds.ManifestWork, work)).toBeDefined())
    await admin.patch(
      kinds.ManifestWork,
      work,
      'merge',
      { status: { conditions: [condition('Applied')] } },
      { subresource: 'status' },
    )
    const addOn = { namespace, name: contract.addon.name }
    await eventually(cluster, async () => {
      const { status } = await admin.get(kinds.ManagedClusterAddOn, addOn)
      expect(status?.conditions?.find(({ type }) => type === 'ManifestApplied')?.status).toBe('True')
      const conditions = [...(status?.conditions ?? []), condition('Available')]
      await admin.patch(
        kinds.ManagedClusterAddOn,
        addOn,
        'merge',
        { status: { conditions } },
        { subresource: 'status' },
      )
    })
  }
}
const isReady = (status: 'True' | 'False'): Promise<void> =>
  eventually(cluster, async () => expect(conditionOf(await peer(cluster), 'Ready')?.status).toBe(status))

it('each version of a MirrorPeer says how far it is: forth, back and away, and nothing when the hub starts anew', async () => {
  const { said, end } = await listen()
  await cluster.apply(asCreated())
  await agentsRun()
  await eventually(cluster, async () => expect((await peer(cluster)).status?.phase).toBe('ExchangingSecret'))
  const agents = playedAgents(stage)
  for (const ref of [one, two]) await agents.join(name, ref)
  await isReady('True')
  await settled(hub)
  expect(said).toEqual(
    ['- -', 'ExchangingSecret False', 'ExchangedSecret False', 'ExchangedSecret True'].filter((one) =>
      said.includes(one),
    ),
  )
  expect(said.at(-1)).toBe('ExchangedSecret True')
  // Finalizer and label were one write.
  const mine = (await writesOf(cluster, hubUser)).filter(
    ({ resource, subresource }) => resource.startsWith('mirrorpeers.') && subresource === '',
  )
  expect(mine.map(({ verb }) => verb)).toEqual(['patch'])
  const { status, metadata } = await peer(cluster)
  expect(status?.observedGeneration).toBe(metadata.generation)
  expect(status?.message).toBe('')

  // A restart, with everything in place: not one word, not one write.
  const before = said.length
  const writes = (await writesOf(cluster, hubUser)).length
  await stage.stopAll()
  hub = await stage.start()
  await settled(hub)
  await quiet()
  expect(said.slice(before)).toEqual([])
  expect((await writesOf(cluster, hubUser)).slice(writes)).toEqual([])
  expect((await peer(cluster)).status).toEqual(status)

  // One write for each pass, and the time moves with the status alone.
  await stage.remove(kinds.Secret, keyOf(blue(one)))
  await isReady('False')
  expect((await peer(cluster)).status?.phase).toBe('ExchangingSecret')
  const back = (await peer(cluster)).status?.conditions ?? []
  for (const type of ['Validated', 'AddonsReady', 'S3ProfilesSynced'])
    expect(back.find((one) => one.type === type)).toEqual(
      status?.conditions?.find((one) => one.type === type),
    )
  await cluster.apply(...delivered)
  await isReady('True')
  await stage.edit(kinds.MirrorPeer, { name }, { spec: { schedulingIntervals: ['10m'] } })
  await eventually(cluster, async () => {
    const edited = await peer(cluster)
    expect(edited.status?.observedGeneration).toBe(edited.metadata.generation)
    expect(edited.status?.conditions?.map(({ observedGeneration }) => observedGeneration)).not.toContain(
      status?.observedGeneration,
    )
  })
  await stage.remove(kinds.MirrorPeer, { name })
  for (const ref of [one, two]) await agents.leave(name, ref)
  await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
  expect(said.slice(before)).toEqual(['ExchangingSecret False', 'ExchangedSecret True', 'Deleting False'])
  end()
})
