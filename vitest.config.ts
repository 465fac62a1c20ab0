import { readdirSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { defineConfig } from 'vitest/config'

// `npm run nightly` sets it: then the long tests run, and only they.
const nightly = process.env['ODFMO_NIGHTLY_MINUTES']
const nightlyMinutes = Number(nightly ?? 0)

// Clusters of their own processes: some are started per test, and their controllers take their time.
const isInMemory = ['', 'memory'].includes(process.env['TESTKIT_PROVIDER'] ?? '')

// A test file has up to three control planes of 350 MB each, and itself.
const workersThatFit = Math.floor(totalmem() / 2e9)

/** One project per package and one for the tools, so that `--project` and reports can name them. */
const projects = [
  ...readdirSync('packages').map((name) => ({ name, folder: `packages/${name}`, globalSetup: [] })),
  // Its tests run services from their bundles and pack libraries.
  { name: 'tools', folder: 'tools', globalSetup: ['tools/build-packages.ts'] },
]

export default defineConfig({
  ssr: { resolve: { conditions: ['@odfmo/source'] } },
  test: {
    testTimeout: nightly === undefined ? 180_000 : (nightlyMinutes + 1) * 60_000,
    hookTimeout: 240_000,
    // Its own second is short for a busy machine; what is waited for comes at once on an idle one.
    expect: { poll: { timeout: 45_000 } },
    // By itself it leaves a core free, which on two cores is half of the machine.
    maxWorkers: Math.max(
      2,
      isInMemory ? availableParallelism() - 1 : Math.min(availableParallelism(), workersThatFit),
    ),
    coverage: { include: ['packages/*/src/**/*.ts'], exclude: ['**/*.test.ts', '**/*.case.ts'] },
    projects: projects.map(({ name, folder, globalSetup }) => ({
      extends: true,
      test: {
        name,
        globalSetup,
        include: nightly === undefined ? [`${folder}/**/*.test.ts`] : [`${folder}/**/*.nightly.test.ts`],
        exclude: [
          '**/node_modules/**',
          '**/dist/**',
          '**/fixtures/**',
          ...(nightly === undefined ? ['**/*.nightly.test.ts'] : []),
        ],
      },
    })),
  },
})
