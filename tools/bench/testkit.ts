// The bars of the in-memory API server, and the server beside a real kube-apiserver that does the same work
// (testkit/README.md says what is measured and how).
import { findControlPlaneBinaries } from '@odfmo/testkit'
import { atLeast, atMost, beside, middle, type Row } from './row.ts'
import { bareRun, idleWatches, inMemory, objects, oneRun, real, watchers } from './testkit/one-run.ts'
import type { BareFigures, Figures } from './testkit/one-run.ts'

const runs = 3
const mib = 2 ** 20

const hasReal = (): boolean => {
  try {
    findControlPlaneBinaries(false)
    return true
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(`testkit: without the rows of a real kube-apiserver: ${why}\n`)
    return false
  }
}

const withReal = hasReal()
const ofMemory: Figures[] = []
const ofReal: Figures[] = []
const ofBare: BareFigures[] = []
for (let run = 0; run < runs; run++) {
  ofMemory.push(await oneRun(inMemory))
  ofBare.push(await bareRun())
  if (withReal) ofReal.push(await oneRun(real))
}

const median = (of: readonly Figures[], field: keyof Figures): number => middle(of.map((run) => run[field]))
const mine = (field: keyof Figures): number => median(ofMemory, field)
const perSecondOfCpu = (field: 'createCpuUs' | 'getCpuUs'): number => 1e6 / mine(field)

const bars: Row[] = [
  atMost('testkit: first start in a process', mine('firstStartMs'), 200, 'ms'),
  atMost('testkit: later starts', mine('laterStartMs'), 50, 'ms'),
  atMost('testkit: heap per 1 KiB object', mine('heapPerObjectBytes') / 1024, 3, 'KiB'),
  atMost(`testkit: ${idleWatches} idle watches, a connection each`, mine('idleWatchesBytes') / mib, 5, 'MiB'),
  atMost(
    `testkit: ${idleWatches} idle watches over one connection`,
    mine('idleStreamsBytes') / mib,
    5,
    'MiB',
  ),
  atLeast('testkit: creates of a 1 KiB object', mine('createsPerSecond'), 5_000, '1/s'),
  atLeast('testkit: creates in a second of the server’s CPU', perSecondOfCpu('createCpuUs'), 5_000, '1/s'),
  atLeast('testkit: gets of a 1 KiB object', mine('getsPerSecond'), 10_000, '1/s'),
  atLeast('testkit: gets in a second of the server’s CPU', perSecondOfCpu('getCpuUs'), 10_000, '1/s'),
  atMost(`testkit: one write seen by ${watchers} watchers`, mine('fanOutMs'), 20, 'ms'),
  beside({
    name: 'testkit: CPU of a get beside a bare server',
    value: mine('getCpuUs'),
    unit: 'µs',
    other: { name: 'node:https', value: middle(ofBare.map(({ getCpuUs }) => getCpuUs)) },
  }),
  beside({
    name: `testkit: ${idleWatches} idle watches beside a bare server, a connection each`,
    value: mine('idleWatchesBytes') / mib,
    unit: 'MiB',
    other: { name: 'node:https', value: middle(ofBare.map((run) => run.idleWatchesBytes)) / mib },
  }),
]

/** How a figure is told beside that of the real server. */
interface Compared {
  readonly name: string
  readonly field: keyof Figures
  readonly unit: string
  /** Divides the figure. */
  readonly by?: number
  readonly more?: boolean
}

const compared: readonly Compared[] = [
  { name: 'later start', field: 'laterStartMs', unit: 'ms' },
  { name: 'memory resident, empty', field: 'residentBytes', unit: 'MiB', by: mib },
  { name: `memory resident, ${objects} objects`, field: 'residentWithObjectsBytes', unit: 'MiB', by: mib },
  { name: 'creates', field: 'createsPerSecond', unit: '1/s', more: true },
  { name: 'CPU of a create', field: 'createCpuUs', unit: 'µs' },
  { name: 'gets', field: 'getsPerSecond', unit: '1/s', more: true },
  { name: 'CPU of a get', field: 'getCpuUs', unit: 'µs' },
  { name: `list of ${objects} objects`, field: 'listMs', unit: 'ms' },
  { name: `one write seen by ${watchers} watchers`, field: 'fanOutMs', unit: 'ms' },
]

const besideReal = compared.flatMap(({ name, field, unit, by = 1, more = false }) => {
  const other = { name: 'kube-apiserver and etcd', value: median(ofReal, field) / by }
  // memory and CPU of other processes are known where /proc tells them
  return Number.isFinite(other.value) && ofReal.length > 0
    ? [beside({ name: `testkit: ${name}, beside the real one`, value: mine(field) / by, unit, other, more })]
    : []
})

process.stdout.write(`${JSON.stringify([...bars, ...besideReal])}\n`)
