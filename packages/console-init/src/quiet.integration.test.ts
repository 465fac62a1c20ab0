import { setImmediate as nextTurn } from 'node:timers/promises'
import { kinds } from '@odfmo/api-types'
import { ManualClock } from '@odfmo/controller-kit'
import { eventually, startCluster, type InMemoryCluster } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { pluginKey } from './console-place.ts'
import {
  clientOf,
  consoleCluster,
  consoleDeployment,
  find,
  key,
  serviceAccount,
  writesOf,
} from './test/console-cluster.ts'
import { consoleCrd } from './test/console-crd.ts'
import { startApp, type RunningApp } from './test/start-app.ts'

// In memory: minutes pass in seconds, and a server elsewhere cannot answer renewals at that pace.
let cluster: InMemoryCluster
let app: RunningApp | undefined
let stopTime: (() => void) | undefined
afterEach(async () => {
  await app?.stop()
  stopTime?.()
  await cluster.stop()
})

it('writes nothing but its lease in the five minutes after both objects were made', async () => {
  cluster = await consoleCluster([consoleCrd('v1', 'v1alpha1')], startCluster)
  const clock = new ManualClock(Date.now())
  const tickMs = 5
  const timer = setInterval(() => clock.advance(tickMs), tickMs)
  stopTime = () => clearInterval(timer)
  app = await startApp(cluster, { clock, leaderElect: true })
  const { status } = app
  await cluster.apply(consoleDeployment)
  await eventually(cluster, async () => {
    expect(await find(cluster, kinds.ConsolePlugin, pluginKey)).toBeDefined()
    expect(status()).toEqual({ is: 'right' })
  })
  const before = (await writesOf(cluster)).length
  const requests = (): number => cluster.requests.all({ user: serviceAccount }).length
  const leases = (): number =>
    cluster.requests.writes({ user: serviceAccount }).filter(({ resource }) => resource.startsWith('leases.'))
      .length
  const [leasesBefore, requestsBefore] = [leases(), requests()]

  // In small steps, with a request of our own every second: renewals that fall due on the way are answered by then.
  const admin = await clientOf(cluster)
  const stepMs = 100
  for (let passed = 0; passed < 5 * 60_000; passed += stepMs) {
    clock.advance(stepMs)
    for (let turn = 0; turn < 20; turn += 1) await nextTurn()
    if (passed % 1_000 === 0) await admin.get(kinds.Deployment, key)
  }
  await admin.close()

  expect(await writesOf(cluster)).toHaveLength(before)
  // The clock did move: the lease was renewed all the while, and hardly anything else was asked.
  expect(leases() - leasesBefore).toBeGreaterThan(100)
  expect(requests() - requestsBefore - (leases() - leasesBefore)).toBeLessThan(10)
}, 600_000)
