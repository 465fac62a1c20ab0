import { defineConfig } from 'tsup'

/** Services: a single file with all dependencies inside, run by `node dist/main.js`. */
export default defineConfig({
  format: 'esm',
  target: 'es2023',
  platform: 'node',
  splitting: false,
  sourcemap: false,
  dts: false,
  clean: true,
  noExternal: [/.*/],
  esbuildOptions(options) {
    options.conditions = ['@odfmo/source']
    // CommonJS dependencies need a require; the compile cache halves the start.
    options.banner = {
      js: "import { createRequire as __createRequire, enableCompileCache as __enableCompileCache } from 'node:module'; __enableCompileCache(); const require = __createRequire(import.meta.url);",
    }
  },
})
