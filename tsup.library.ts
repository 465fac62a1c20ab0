import { defineConfig } from 'tsup'

/** Libraries: one ES module per entry, dependencies stay imports; types come from tsc afterwards. */
export default defineConfig({
  format: 'esm',
  target: 'es2023',
  platform: 'node',
  splitting: true,
  sourcemap: true,
  dts: false,
  clean: true,
  // `node:test` has no other name; a library built for Node imports its modules as they are written.
  removeNodeProtocol: false,
})
