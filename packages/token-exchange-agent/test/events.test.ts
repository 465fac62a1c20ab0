import { agentRights, kinds, type Event, type Secret } from '@odfmo/api-types'
import { createLogger } from '@odfmo/controller-kit'
import { journalOf, startCluster, type RequestRecord } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { granted, namespace, spokeUser } from './agent-rights.ts'
import { spokeOf } from './expect-exchanged.ts'
import { mirrorPeer, settled, startFleet, storageClusterName, type Fleet } from './fleet.ts'
import { base64, goodGreen } from './hostile-green.ts'

let fleet: Fleet | undefined
afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

const badGreen: Secret = { ...goodGreen, data: { ...goodGreen.data, 'secret-data': base64('null') } }

const eventsOf = async (started: Fleet): Promise<readonly Event[]> =>
  (await started.list(spokeOf(started, 'cluster1'), kinds.Event)).filter(
    ({ reportingController }) => reportingController === 'odfmo-token-exchange-agent',
  )
/** What the agent asked about Events. */
const asked = async (started: Fleet): Promise<readonly RequestRecord[]> =>
  (await journalOf(spokeOf(started, 'cluster1')))
    .all({ user: spokeUser })
    .filter(({ resource }) => resource === 'events.events.k8s.io')
const mirroring = async (started: Fleet) => {
  const key = { namespace, name: storageClusterName }
  return (await started.get(spokeOf(started, 'cluster1'), kinds.StorageCluster, key))?.spec?.mirroring
}

it('what waits for an administrator is one Event on the StorageCluster, which a restart finds there; what is well is none', async () => {
  const started = await startFleet({ playsHub: false })
  fleet = started
  const agent = await started.startAgent('cluster1')
  await started.hub.apply(mirrorPeer(), badGreen)
  await settled(started, async () => {
    expect(await eventsOf(started)).toMatchObject([
      {
        type: 'Warning',
        reason: 'InvalidGreenSecret',
        regarding: { kind: 'StorageCluster', namespace, name: storageClusterName },
      },
    ])
  })
  const before = await eventsOf(started)
  await agent.stop()
  const requests = (await asked(started)).length
  await started.startAgent('cluster1')
  // It tells it again and is answered that it is there.
  await settled(started, async () =>
    expect((await asked(started)).slice(requests).map(({ verb, status }) => `${verb} ${status}`)).toEqual([
      'create 409',
      'patch 200',
    ]),
  )
  expect(await eventsOf(started)).toEqual(before)
  await started.hub.apply(goodGreen)
  await settled(started, async () => expect((await mirroring(started))?.enabled).toBe(true))
  expect(await eventsOf(started)).toEqual(before)
}, 180_000)

it('under an older hub, which gives no right to write Events, the agent works as ever, and says so once', async () => {
  // In memory: rights that count at once.
  const started = await startFleet({ playsHub: false, start: startCluster })
  fleet = started
  const older = agentRights.installNamespace.filter(({ resources }) => !(resources ?? []).includes('events'))
  expect(older.length).toBe(agentRights.installNamespace.length - 1)
  await spokeOf(started, 'cluster1').apply(...granted('agent', namespace, older, spokeUser))
  const lines: string[] = []
  const logger = createLogger({
    component: 'token-exchange-agent',
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
  })
  const agent = await started.startAgent('cluster1', { logger })
  await started.hub.apply(mirrorPeer(), badGreen)
  const answers = async () => (await asked(started)).map(({ verb, status }) => `${verb} ${status}`)
  await settled(started, async () => expect(await answers()).toEqual(['create 403']))
  // Another thing to tell.
  await started.hub.apply({ ...goodGreen, data: { ...goodGreen.data, 'secret-data': base64('[]') } })
  await settled(started, async () => expect(await answers()).toEqual(['create 403', 'create 403']))
  await started.hub.apply(goodGreen)
  await settled(started, async () => expect((await mirroring(started))?.enabled).toBe(true))
  await agent.stop()
  expect(await answers()).toHaveLength(2)
  const about = lines.map((line) => JSON.parse(line) as { readonly level: string; readonly msg: string })
  expect(about.filter(({ msg }) => msg.includes('events')).map(({ level }) => level)).toEqual(['info'])
  expect(about.filter(({ level }) => level === 'error')).toEqual([])
}, 180_000)
