// The bars of the agent, as it is shipped: a hub controller and two agents as processes from their bundles, beside the
// original (agent/README.md says what is measured and how).
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { buildQuietly } from '../command/nx.ts'
import { root } from '../command/root.ts'
import { measured } from './agent/measured.ts'
import { rowsOf } from './agent/rows.ts'
import type { HubProvider } from './hub/calls.ts'
import { hasControlPlane } from './has-control-plane.ts'
import type { Row } from './row.ts'

const { env } = process
const { values } = parseArgs({
  options: {
    /** The environment says it where `npm run bench` starts this. */
    providers: { type: 'string', default: env['BENCH_AGENT_PROVIDERS'] ?? 'memory,control-plane' },
    /** Numbers of secrets that are nobody's. */
    unrelated: { type: 'string', default: env['BENCH_AGENT_UNRELATED'] ?? '20000,50000' },
    /** Another program than the one that is built. */
    bundle: { type: 'string', default: env['BENCH_AGENT_BUNDLE'] ?? '' },
  },
})

const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-bench-agent-'))
// Also when it is ended before its time.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

await buildQuietly(['hub-controller', 'token-exchange-agent'], new AbortController().signal)
const bundle = (service: string): string => path.join(root, `packages/${service}/dist/main.js`)
const rows: Row[] = []
for (const provider of values.providers.split(',') as HubProvider[]) {
  if (provider === 'control-plane' && !hasControlPlane('agent')) continue
  const own = path.join(folder, provider)
  mkdirSync(own)
  const figures = await measured({
    provider,
    unrelated: values.unrelated.split(',').map(Number),
    hub: bundle('hub-controller'),
    agent: values.bundle === '' ? bundle('token-exchange-agent') : values.bundle,
    folder: own,
  })
  rows.push(...rowsOf(figures))
}
process.stdout.write(`${JSON.stringify(rows)}\n`)
