import { setImmediate as nextTurn, setTimeout as realMoment } from 'node:timers/promises'
import { apiVersionOf, contract, kinds, type Event } from '@odfmo/api-types'
import { createLogger, ManualClock } from '@odfmo/controller-kit'
import {
  bucketName,
  hubSecretName,
  s3SecretName,
  spokeFinalizer,
  volumeReplicationClassName,
} from '@odfmo/secret-naming'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { hubUser, spokeUser } from './agent-rights.ts'
import { namespace, refOf, storageClusterName, token } from './cases.ts'
import { countedClient } from './counted-client.ts'
import { exchanged, liveUntilExchanged, mirrorPeer, storageClusterKey, tokenKey } from './crash/scenarios.ts'
import { startStage, waitMs, type AgentRun, type Stage, type StageAgentOptions } from './crash/stage.ts'

// In memory: a hub that goes away, and time that flies.
let stage: Stage
let agent: AgentRun | undefined
let endPlay: (() => Promise<void>) | undefined

beforeEach(async () => {
  stage = await startStage()
})
afterEach(async () => {
  stage.hub.faults.clear()
  await agent?.stop()
  await endPlay?.()
  await stage.end()
  agent = undefined
  endPlay = undefined
})

const patience = { timeout: waitMs, interval: 20 }
const minuteMs = 60_000

/** An agent whose time goes on only when nothing of its own is on its way, with what it asked of the hub and what it logged. */
const startOnClock = async (options: StageAgentOptions = {}) => {
  const clock = new ManualClock(Date.now())
  const underWay = { calls: 0 }
  const lines: string[] = []
  /** When the hub was asked, whether it answered or not. */
  const tries: number[] = []
  const logger = createLogger({
    component: 'token-exchange-agent',
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
  })
  const [hub, spoke] = await Promise.all([
    stage.agentClient('hub', { clock, observer: { answered: () => void tries.push(clock.monotonic()) } }),
    stage.agentClient('spoke', { clock }),
  ])
  const run = await stage.startAgent({
    hub: countedClient(hub, underWay),
    spoke: countedClient(spoke, underWay),
    clock,
    logger,
    // Slow ones: minutes in which nothing happens are many renewals.
    leaderTimings: { leaseDurationMs: 240_000, renewDeadlineMs: 180_000, retryPeriodMs: 60_000 },
    ...options,
  })
  agent = run
  const answers = async (): Promise<void> => {
    for (let idle = 0; idle < 5;) {
      await nextTurn()
      if (underWay.calls === 0) idle += 1
      // A call may wait for the clock itself: between two tries, or for its end.
      else if (clock.nextTimer() !== undefined) {
        await realMoment(1)
        idle += 1
      }
    }
  }
  const pass = async (ms: number): Promise<void> => {
    for (const end = clock.monotonic() + ms; clock.monotonic() < end;) {
      await answers()
      const left = end - clock.monotonic()
      const most = underWay.calls > 0 ? 50 : left
      clock.advance(Math.max(1, Math.min(most, left, clock.nextTimer() ?? left)))
    }
    await answers()
  }
  /** Lets time go by until a check no longer throws; answers how much that was. */
  const until = async (check: () => void): Promise<number> => {
    const began = clock.monotonic()
    const mostMs = 60 * minuteMs
    for (;;) {
      try {
        check()
        return clock.monotonic() - began
      } catch (error) {
        if (clock.monotonic() - began > mostMs) throw error
        await pass(1_000)
      }
    }
  }
  return { run, clock, lines, pass, until, tries }
}

/** Everything that the agent keeps on its spoke, spoilt by hand. */
const spoilSpoke = async (): Promise<void> => {
  const { spoke } = stage
  const exchangedKey = { namespace, name: hubSecretName(refOf('cluster2')) }
  const claimKey = { namespace, name: bucketName(['cluster1', 'cluster2']) }
  await stage.delete(kinds.VolumeReplicationClass, { name: volumeReplicationClassName('5m') }, spoke)
  await stage.delete(kinds.Secret, exchangedKey, spoke)
  await stage.delete(kinds.ObjectBucketClaim, claimKey, spoke)
  await stage.patch(
    spoke,
    kinds.StorageClass,
    { name: `${storageClusterName}-cephfs` },
    {
      metadata: { labels: { [contract.label.storageId]: null } },
    },
  )
  await stage.patch(
    spoke,
    kinds.ConfigMap,
    { namespace, name: contract.spoke.rookOperatorConfig },
    {
      data: { [contract.spoke.omapGeneratorKey]: 'false' },
    },
  )
  await stage.patch(spoke, kinds.StorageCluster, storageClusterKey, {
    spec: { mirroring: { enabled: false, peerSecretNames: [] } },
  })
}

/** All that `spoilSpoke` spoilt is as it was. */
const expectSpokeWhole = (): void => {
  const { spoke, find } = stage
  const name = hubSecretName(refOf('cluster2'))
  expect(find(spoke, kinds.Secret, { namespace, name })?.data).toEqual(token('fsid-of-cluster2'))
  expect(find(spoke, kinds.StorageCluster, storageClusterKey)?.spec?.mirroring).toEqual({
    enabled: true,
    peerSecretNames: [name],
  })
  expect(find(spoke, kinds.VolumeReplicationClass, { name: volumeReplicationClassName('5m') })).toBeDefined()
  expect(
    find(spoke, kinds.ObjectBucketClaim, { namespace, name: bucketName(['cluster1', 'cluster2']) }),
  ).toBeDefined()
  expect(
    find(spoke, kinds.StorageClass, { name: `${storageClusterName}-cephfs` })?.metadata.labels,
  ).toHaveProperty([contract.label.storageId])
  expect(
    find(spoke, kinds.ConfigMap, { namespace, name: contract.spoke.rookOperatorConfig })?.data,
  ).toMatchObject({ [contract.spoke.omapGeneratorKey]: 'true' })
}

const renewTime = (): string | undefined =>
  stage.find(stage.spoke, kinds.Lease, { namespace, name: contract.addon.name })?.spec?.renewTime

it('a hub that is away for hours: few tries, all duties on the spoke go on, and it catches up by itself', async () => {
  await liveUntilExchanged(stage)
  endPlay = await stage.players.play()
  const { run, clock, lines, pass, until, tries } = await startOnClock()
  await until(() => {
    expect(run.engine.pending).toBe(0)
    expect(run.manager.informers.unsynced()).toEqual([])
    expectSpokeWhole()
  })
  stage.hub.faults.partition()
  const beats = [renewTime()]
  const perHour: number[] = []
  const logged: number[] = []
  for (let hour = 0; hour < 3; hour += 1) {
    const [asked, said] = [tries.length, lines.length]
    await spoilSpoke()
    await until(expectSpokeWhole)
    await pass(60 * minuteMs)
    perHour.push(tries.length - asked)
    logged.push(lines.length - said)
    beats.push(renewTime())
  }
  // Tries of two watches every 30 s at the most, once they wait longest; each is made four times within two seconds.
  for (const asked of perHour) {
    expect(asked).toBeGreaterThan(100)
    expect(asked).toBeLessThan(1_500)
  }
  // Spread out, as hundreds of agents lose their hub at one moment.
  const pauses = tries.slice(-300).flatMap((at, n, all) => (n === 0 ? [] : [at - (all[n - 1] ?? 0)]))
  expect(new Set(pauses.map((ms) => Math.round(ms / 100))).size).toBeGreaterThan(30)
  expect(Math.max(...pauses)).toBeLessThan(60_000)
  // A line for each try, and no more.
  for (const said of logged) expect(said).toBeLessThan(300)
  // The sign of life is on the spoke: it goes on.
  expect(new Set(beats).size).toBe(4)
  expect(run.manager.canWrite()).toBe(true)

  // Both sides have something new for each other when the hub is back.
  await stage.patch(stage.spoke, kinds.Secret, tokenKey, { data: token('another-fsid') })
  stage.players.fsids.set('cluster2', 'another-fsid-of-cluster2')
  await pass(10 * minuteMs)
  stage.hub.faults.partition(false)
  const took = await until(() => {
    const name = hubSecretName(refOf('cluster2'))
    expect(stage.find(stage.spoke, kinds.Secret, { namespace, name })?.data).toEqual(
      token('another-fsid-of-cluster2'),
    )
    const blue = stage.find(stage.hub, kinds.Secret, {
      namespace: 'cluster1',
      name: hubSecretName(refOf('cluster1')),
    })
    const data = Buffer.from(blue?.data?.['secret-data'] ?? '', 'base64').toString()
    expect(data).toContain(token('another-fsid')['token'])
  })
  expect(took).toBeLessThan(5 * minuteMs)
  expect(clock.monotonic()).toBeGreaterThan(3 * 60 * minuteMs)
}, 300_000)

it('a hub that knows the agent no more: an Event says so after minutes, one for hours of it, and no more when it is known again', async () => {
  await liveUntilExchanged(stage)
  endPlay = await stage.players.play()
  const { run, pass, until } = await startOnClock()
  await until(() => {
    expect(run.engine.pending).toBe(0)
    expect(run.manager.informers.unsynced()).toEqual([])
    expectSpokeWhole()
  })
  const told = (): readonly Event[] =>
    (stage.spoke.list({ apiVersion: apiVersionOf(kinds.Event), kind: 'Event' }) as readonly Event[]).filter(
      ({ reportingController }) => reportingController === 'odfmo-token-exchange-agent',
    )
  expect(told()).toEqual([])
  const know = stage.hub.faults.add({
    match: { user: hubUser('cluster1') },
    fault: { kind: 'status', code: 401 },
  })
  // What is open stays open: it is cut, and asks again.
  stage.hub.faults.partition()
  await until(() => expect(run.manager.informers.troubles()).not.toEqual([]))
  stage.hub.faults.partition(false)
  await until(() => expect(run.manager.informers.troubles().map(({ status }) => status)).toContain(401))
  await pass(4 * minuteMs)
  expect(told()).toEqual([])
  await until(() => expect(told()).toMatchObject([{ type: 'Warning', reason: 'HubCredentialsRefused' }]))
  await pass(2 * 60 * minuteMs)
  expect(told()).toMatchObject([{ reason: 'HubCredentialsRefused', regarding: storageClusterKey }])
  const { count = 0 } = told()[0]?.series ?? {}
  expect(count).toBeGreaterThan(2)
  expect(count).toBeLessThan(7)
  expect(run.manager.canWrite()).toBe(true)

  know()
  await until(() => expect(run.manager.informers.troubles()).toEqual([]))
  await pass(60 * minuteMs)
  expect(told()[0]?.series?.count).toBeLessThanOrEqual(count + 1)
}, 300_000)

it('a hub that goes in the middle of a deletion: nothing is taken for done, and the rest follows when it is back', async () => {
  await liveUntilExchanged(stage)
  endPlay = await stage.players.play()
  // The first thing that goes is the last that the hub hears of.
  const forget = stage.hub.requests.subscribe(({ user, verb, status }) => {
    if (user !== hubUser('cluster1') || verb !== 'delete' || status >= 300) return
    forget()
    stage.hub.faults.partition()
  })
  const { pass, until, run } = await startOnClock()
  await until(() => expect(run.manager.informers.unsynced()).toEqual([]))
  await stage.delete(kinds.MirrorPeer, { name: 'mp' })
  const ours = [hubSecretName, s3SecretName].map((nameOf) => nameOf(refOf('cluster1')))
  const left = (): readonly string[] =>
    ours.filter((name) => stage.find(stage.hub, kinds.Secret, { namespace: 'cluster1', name }) !== undefined)
  await until(() => expect(left().length).toBeLessThan(2))
  await pass(4 * minuteMs)
  const held = stage.find(stage.hub, kinds.MirrorPeer, { name: 'mp' })
  expect(held?.metadata.finalizers).toContain(spokeFinalizer('cluster1'))
  expect(run.manager.canWrite()).toBe(true)

  stage.hub.faults.partition(false)
  await until(() => {
    expect(stage.find(stage.hub, kinds.MirrorPeer, { name: 'mp' })).toBeUndefined()
  })
  expect(left()).toEqual([])
  expect(stage.find(stage.spoke, kinds.StorageCluster, storageClusterKey)?.spec?.mirroring).toBeUndefined()
  expect(
    stage.find(stage.spoke, kinds.Secret, { namespace, name: hubSecretName(refOf('cluster2')) }),
  ).toBeUndefined()
}, 300_000)

/** What the agent wrote on its spoke, locks and signs of life apart. */
const spokeWrites = (): readonly string[] =>
  stage.spoke.requests
    .writes()
    .filter(
      ({ user, resource, name, verb }) =>
        user === spokeUser &&
        !resource.startsWith('leases') &&
        !(resource === 'configmaps' && (name === contract.spoke.lock || verb === 'create')),
    )
    .map(({ verb, resource, name }) => `${verb} ${resource} ${name}`)

it('started while the hub is away: alive, not ready and says why, takes nothing for gone, begins when the hub is there', async () => {
  await liveUntilExchanged(stage)
  const before = spokeWrites().length
  stage.hub.faults.partition()
  const run = await stage.startAgent({ hasProbes: true })
  agent = run
  const page = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
    const answer = await fetch(`http://127.0.0.1:${run.manager.ports.health}${path}`)
    return { status: answer.status, text: await answer.text() }
  }
  await vi.waitFor(async () => {
    const { status, text } = await page('/readyz')
    expect(status).toBe(500)
    expect(text).toContain('hub.MirrorPeer')
    expect(text).toContain('the MirrorPeers on the hub are not known yet')
  }, patience)
  expect((await page('/healthz')).status).toBe(200)
  // It works here: its lock is its own, its sign of life is there.
  await vi.waitFor(() => expect(run.manager.canWrite()).toBe(true), patience)
  await vi.waitFor(() => expect(renewTime()).toBeDefined(), patience)
  // Of this side it knows what it can know without MirrorPeers.
  const unsynced = (): readonly string[] => run.manager.informers.unsynced().map(({ name }) => name)
  await vi.waitFor(() => expect(unsynced()).not.toContain('spoke.StorageClass'), patience)
  expect(spokeWrites().slice(before)).toEqual([])
  stage.hub.faults.partition(false)
  endPlay = await stage.players.play()
  await vi.waitFor(async () => expect((await page('/readyz')).status).toBe(200), patience)
  await run.settled()
  await exchanged(stage)
  expect(spokeWrites().slice(before)).toEqual([])
})

const lockKey = { namespace, name: contract.spoke.lock }
const leader = 'control-plane.alpha.kubernetes.io/leader'

it('an agent of the original at work: ours writes nothing while that renews its lock, and is the one at work when it stops', async () => {
  endPlay = await stage.players.play()
  let renewals = 0
  /** As client-go of the original's age writes it; only that it changes counts. */
  const record = (): string => {
    renewals += 1
    const at = new Date(Date.UTC(2026, 0, 1, 0, renewals)).toISOString()
    const about = { holderIdentity: 'original_1', leaseDurationSeconds: 137, leaderTransitions: 1 }
    return JSON.stringify({ ...about, acquireTime: '2026-01-01T00:00:00Z', renewTime: at })
  }
  const held = (): Record<string, unknown> => {
    const { annotations = {} } = stage.find(stage.spoke, kinds.ConfigMap, lockKey)?.metadata ?? {}
    return JSON.parse(annotations[leader] ?? '{}') as Record<string, unknown>
  }
  await stage.spoke.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...lockKey, annotations: { [leader]: record() } },
  })
  const { pass, until, run } = await startOnClock({ identity: 'ours' })
  await stage.create(mirrorPeer())
  await until(() => expect(run.manager.informers.unsynced()).toEqual([]))
  for (let minutes = 0; minutes < 20; minutes += 1) {
    await stage.patch(stage.spoke, kinds.ConfigMap, lockKey, {
      metadata: { annotations: { [leader]: record() } },
    })
    await pass(minuteMs)
    expect(run.manager.canWrite()).toBe(false)
  }
  expect(spokeWrites()).toEqual([])
  expect(stage.hub.requests.writes().filter(({ user }) => user === hubUser('cluster1'))).toEqual([])

  const took = await until(() => expect(run.manager.canWrite()).toBe(true))
  expect(took).toBeGreaterThan(minuteMs)
  await until(expectSpokeWhole)
  // And the original, that looks at the ConfigMap alone, sees ours there, alive.
  const seen = held()
  expect(seen).toMatchObject({ holderIdentity: 'ours' })
  await pass(10 * minuteMs)
  expect(held()).toMatchObject({ holderIdentity: 'ours' })
  expect(held()['renewTime']).not.toBe(seen['renewTime'])
}, 300_000)
