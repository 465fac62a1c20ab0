// The bars of the hub controller, as a process of its own from its bundle: hubs of growing size, in memory and on a real
// control plane, beside the original (hub/README.md says what is measured and how).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { buildQuietly } from '../command/nx.ts'
import { root } from '../command/root.ts'
import { hasControlPlane } from './has-control-plane.ts'
import type { HubProvider } from './hub/calls.ts'
import { measured } from './hub/measured.ts'
import { rowsOf } from './hub/rows.ts'
import { writesTable } from './hub/writes-table.ts'

const defaultSizes = '10,100,300,1000'

const { values } = parseArgs({
  options: {
    /** Numbers of MirrorPeers; the environment says it where `npm run bench` starts this. */
    sizes: { type: 'string', default: process.env['BENCH_HUB_SIZES'] ?? defaultSizes },
    providers: { type: 'string', default: process.env['BENCH_HUB_PROVIDERS'] ?? 'memory,control-plane' },
    runs: { type: 'string', default: process.env['BENCH_HUB_RUNS'] ?? '3' },
    /** A file for all writes of one exchange: object × write × why. */
    details: { type: 'string', default: process.env['BENCH_HUB_DETAILS'] ?? '' },
    /** Another program than the one that is built. */
    bundle: { type: 'string', default: process.env['BENCH_HUB_BUNDLE'] ?? '' },
  },
})

const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-bench-hub-'))
// Also when it is ended before its time.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

let { bundle } = values
if (bundle === '') {
  await buildQuietly(['hub-controller'], new AbortController().signal)
  bundle = path.join(root, 'packages/hub-controller/dist/main.js')
}
const sizes = values.sizes.split(',').map(Number)
const providers = values.providers
  .split(',')
  .filter((provider): provider is HubProvider => provider === 'memory' || hasControlPlane('hub'))

const figures = await measured({ sizes, providers, runs: Number(values.runs), bundle, folder })
const details = writesTable(figures)
process.stderr.write(`\n${details}\n`)
if (values.details !== '') writeFileSync(values.details, details)
process.stdout.write(`${JSON.stringify(rowsOf(figures))}\n`)
