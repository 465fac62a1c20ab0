// The bars of the webhook, as a process of its own from its bundle: latency under a steady load on one core, memory, start
// (webhook/README.md says what is measured and how).
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { buildQuietly } from '../command/nx.ts'
import { root } from '../command/root.ts'
import { atMost, beside, middle, type Row } from './row.ts'
import { writeCertificates } from './webhook/certificates.ts'
import { ClientProcess } from './webhook/client-process.ts'
import { oneRun, startTimes, type RunFigures } from './webhook/one-run.ts'
import { placement } from './webhook/pinned.ts'
import type { ServerWish } from './webhook/server-program.ts'

const perSecond = 1000
const seconds = Number(process.env['BENCH_WEBHOOK_SECONDS'] ?? 15)
const runs = Number(process.env['BENCH_WEBHOOK_RUNS'] ?? 3)
const starts = 10

const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-bench-webhook-'))
// Also when it is ended before its time.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

let bundle = process.env['BENCH_WEBHOOK_BUNDLE'] ?? ''
if (bundle === '') {
  await buildQuietly(['webhook'], new AbortController().signal)
  bundle = path.join(root, 'packages/webhook/dist/main.js')
}

const { certFile, keyFile, ca } = writeCertificates(folder)
const common = { ca, log: path.join(folder, 'server.log') }
const flags = [`--tls-cert-file=${certFile}`, `--tls-key-file=${keyFile}`, '--host=127.0.0.1']
const addresses = ['--metrics-bind-address=0', '--health-probe-bind-address=127.0.0.1:0']
const webhook: ServerWish = {
  ...common,
  program: (port) => [bundle, `--port=${port}`, ...flags, ...addresses],
  env: { NODE_COMPILE_CACHE: path.join(folder, 'compile-cache') },
}
const uncached: ServerWish = { ...webhook, env: { NODE_DISABLE_COMPILE_CACHE: '1' } }
const bare: ServerWish = {
  ...common,
  program: (port) => [
    path.join(import.meta.dirname, 'webhook/bare-server.mjs'),
    String(port),
    certFile,
    keyFile,
  ],
}

const client = new ClientProcess()
const mine: RunFigures[] = []
const bares: RunFigures[] = []
for (let seed = 1; seed <= runs; seed++) {
  mine.push(await oneRun(webhook, client, { perSecond, seconds, seed }))
  bares.push(await oneRun(bare, client, { perSecond, seconds, seed }))
}
client.end()
// The compile cache is there by now.
const cold = await startTimes(webhook, starts)
const colder = await startTimes(uncached, starts)

const of = (all: readonly RunFigures[], figure: (run: RunFigures) => number): number =>
  middle(all.map(figure))
const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * q) - 1)] ?? NaN
const latency =
  (q: number) =>
  ({ load }: RunFigures): number =>
    quantile(load.latencies, q)
const told = (name: string, value: number, unit: string): Row => ({ name, value, unit, holds: true })
const latencyRow = (name: string, q: number, bar?: number): Row => {
  const other = { name: 'node:https', value: of(bares, latency(q)) }
  const row = beside({ name, value: of(mine, latency(q)), unit: 'ms', other })
  return bar === undefined ? row : { ...row, bar, holds: row.value < bar }
}

const kib = of(mine, ({ load }) => load.meanBytes) / 1024
const where = `webhook, ${perSecond}/s, ${placement}: `
const rows: readonly Row[] = [
  latencyRow(`${where}p50`, 0.5),
  latencyRow(`${where}p99`, 0.99, 5),
  latencyRow(`${where}p99.9`, 0.999),
  told(`${where}longest`, of(mine, latency(1)), 'ms'),
  told(
    `${where}client late, p99`,
    of(mine, ({ load }) => quantile(load.lateness, 0.99)),
    'ms',
  ),
  told(
    `${where}client late, p99.9`,
    of(mine, ({ load }) => quantile(load.lateness, 0.999)),
    'ms',
  ),
  beside({
    name: `${where}CPU of a request`,
    value: of(mine, (run) => run.cpuMsPerRequest),
    unit: 'ms',
    other: { name: 'node:https', value: of(bares, (run) => run.cpuMsPerRequest) },
  }),
  told('webhook: mean size of a review', kib, 'KiB'),
  told(
    'webhook: resident when started',
    of(mine, (run) => run.idleMb),
    'MB',
  ),
  {
    ...beside({
      name: 'webhook: resident at its peak',
      value: of(mine, (run) => run.peakMb),
      unit: 'MB',
      other: { name: 'node:https', value: of(bares, (run) => run.peakMb) },
    }),
    bar: 80,
    holds: of(mine, (run) => run.peakMb) < 80,
  },
  atMost('webhook: start to the first answer over TLS', middle(cold), 200, 'ms'),
  atMost('webhook: the same without a compile cache', middle(colder), 200, 'ms'),
  told('machine: others waiting for a core when it ended', loadavg()[0] ?? NaN, ''),
]
process.stdout.write(`${JSON.stringify(rows)}\n`)
