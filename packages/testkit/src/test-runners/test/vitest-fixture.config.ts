import { defineConfig } from 'vitest/config'

export default defineConfig({
  ssr: { resolve: { conditions: ['@odfmo/source'] } },
  test: { include: ['failing.vitest-fixture.ts'], reporters: ['json'] },
})
