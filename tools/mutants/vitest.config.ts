import { appendFileSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { root } from '../command/root.ts'
import type { MutatedFiles } from './mutated-files.ts'
import { loadedEnv, mutatedEnv } from './run-tests.ts'

/** Mutated files by the path of the source, and where to note which of them were loaded. */
const mutated = JSON.parse(process.env[mutatedEnv] ?? '{}') as MutatedFiles
const loaded = process.env[loadedEnv]

export default defineConfig({
  root,
  ssr: { resolve: { conditions: ['@odfmo/source'] } },
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      // What vitest keeps of earlier runs goes by the path and content of the source.
      configureVitest({ defineCacheKeyGenerator }) {
        defineCacheKeyGenerator(({ id }) =>
          mutated[id.split('?')[0] ?? ''] === undefined ? undefined : false,
        )
      },
      load(id) {
        const [source = ''] = id.split('?')
        const file = mutated[source]
        if (file === undefined) return undefined
        if (loaded !== undefined) appendFileSync(loaded, `${source}\n`)
        return readFileSync(file, 'utf8')
      },
    },
  ],
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.nightly.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 45_000 } },
  },
})
