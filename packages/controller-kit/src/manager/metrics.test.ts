import { expect, it } from 'vitest'
import { countStates } from '../derived/count-states.ts'
import type { Derived } from '../derived/derived.ts'
import { ManualClock } from '../manual-clock.ts'
import { WorkQueue } from '../queue/work-queue.ts'
import { watchDerived } from './derived-gauge.ts'
import type { Sample } from './gauge.ts'
import { Metrics } from './metrics.ts'

const typesIn = async (metrics: Metrics): Promise<Record<string, string>> => {
  const { body } = await metrics.text()
  return Object.fromEntries(
    [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  )
}

it("has controller-runtime's and client-go's names and types where they have one", async () => {
  expect(await typesIn(new Metrics())).toMatchObject({
    controller_runtime_active_workers: 'gauge',
    controller_runtime_max_concurrent_reconciles: 'gauge',
    controller_runtime_reconcile_errors_total: 'counter',
    controller_runtime_reconcile_time_seconds: 'histogram',
    controller_runtime_reconcile_timeouts_total: 'counter',
    controller_runtime_reconcile_total: 'counter',
    controller_runtime_terminal_reconcile_errors_total: 'counter',
    leader_election_master_status: 'gauge',
    process_cpu_seconds_total: 'counter',
    process_resident_memory_bytes: 'gauge',
    rest_client_requests_total: 'counter',
    workqueue_adds_total: 'counter',
    workqueue_depth: 'gauge',
    workqueue_longest_running_processor_seconds: 'gauge',
    workqueue_queue_duration_seconds: 'histogram',
    workqueue_retries_total: 'counter',
    workqueue_unfinished_work_seconds: 'gauge',
    workqueue_work_duration_seconds: 'histogram',
  })
})

it('tells when the credentials for each cluster end, and nothing of those that tell no end', async () => {
  const metrics = new Metrics()
  const credentials: { expiresAt: number | undefined } = { expiresAt: 1_800_000_000_500 }
  metrics.watchCredentials({ hub: { credentials }, spoke: { credentials: { expiresAt: undefined } } })
  const told = async (): Promise<readonly string[]> =>
    (await metrics.text()).body.split('\n').filter((line) => line.startsWith('odfmo_credentials_expiry'))
  const name = 'odfmo_credentials_expiry_timestamp_seconds'
  expect(await told()).toEqual([`${name}{client="hub"} 1800000000.5`])
  credentials.expiresAt = undefined
  expect(await told()).toEqual([])
  // A manager that comes after another has the same metrics.
  metrics.watchCredentials({ next: { credentials: { expiresAt: 1_900_000_000_000 } } })
  expect(await told()).toEqual([`${name}{client="next"} 1900000000`])
})

it('reads a queue when it is asked, and one that is made anew under the same name in its place', async () => {
  const metrics = new Metrics()
  const depth = async (): Promise<string | undefined> =>
    (await metrics.text()).body
      .split('\n')
      .find((line) => line.startsWith('workqueue_depth{') && line.includes('priority="event"'))
  const make = (): WorkQueue =>
    new WorkQueue({ clock: new ManualClock(), observer: metrics.queueObserver('test') })
  const former = make()
  former.add('a')
  former.add('b')
  expect(await depth()).toBe('workqueue_depth{name="test",controller="test",priority="event"} 2')
  make().add('a')
  expect(await depth()).toBe('workqueue_depth{name="test",controller="test",priority="event"} 1')
})

it('counts CPU time once, however often it is asked', async () => {
  const metrics = new Metrics()
  const seconds = async (): Promise<number> =>
    Number(/^process_cpu_seconds_total (\S+)$/m.exec((await metrics.text()).body)?.[1])
  await seconds()
  const { user, system } = process.cpuUsage()
  const before = (user + system) / 1e6
  expect(await seconds()).toBeGreaterThanOrEqual(before)
  expect(await seconds()).toBeLessThan(before + 10)
})

it('tells a gauge of the service as it is now, and forgets labels that are gone', async () => {
  const metrics = new Metrics()
  let now: [{ phase: string }, number][] = [
    [{ phase: 'a' }, 2],
    [{ phase: 'b' }, 1],
  ]
  metrics.watchGauge({ name: 'things', help: 'Things by phase', labels: ['phase'] }, () => now)
  const lines = async (): Promise<readonly string[]> =>
    (await metrics.text()).body.split('\n').filter((line) => line.startsWith('things{'))
  expect(await lines()).toEqual(['things{phase="a"} 2', 'things{phase="b"} 1'])
  now = [[{ phase: 'b' }, 3]]
  expect(await lines()).toEqual(['things{phase="b"} 3'])
})

it('tells nothing of a gauge without labels while there is nothing to tell', async () => {
  const metrics = new Metrics()
  let now: readonly Sample<never>[] = []
  metrics.watchGauge({ name: 'expiry', help: 'When it ends', labels: [] }, () => now)
  const lines = async (): Promise<readonly string[]> =>
    (await metrics.text()).body.split('\n').filter((line) => line.startsWith('expiry'))
  expect(await lines()).toEqual([])
  now = [[{}, 5]]
  expect(await lines()).toEqual(['expiry 5'])
  now = []
  expect(await lines()).toEqual([])
})

it('tells how many objects of each rule are in which state, also none', async () => {
  const metrics = new Metrics()
  watchDerived(metrics, {
    countStates: () =>
      countStates(
        [{ name: 'one' }, { name: 'two' }],
        [{ derived: { name: 'one' } as Derived, state: { is: 'failed', reason: 'R', message: '' } }],
      ),
  })
  const { body } = await metrics.text()
  expect(body).toContain('odfmo_derived_objects{derived="one",state="failed"} 1')
  expect(body).toContain('odfmo_derived_objects{derived="two",state="failed"} 0')
})
