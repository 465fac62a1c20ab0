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
    // CommonJS dependencies need a require; the compile cache halves the start. Node 20 has no compile cache and is
    // too old for the HTTP client: said in words instead of a SyntaxError, before anything else runs.
    options.banner = {
      js: [
        "import __module from 'node:module'",
        "if (Number(process.versions.node.split('.')[0]) < 22) { console.error('This service needs Node 22.19 or newer, this is ' + process.version + '; the repository brings one: node_modules/.bin/node'); process.exit(2) }",
        '__module.enableCompileCache?.()',
        'const require = __module.createRequire(import.meta.url)',
      ].join('\n'),
    }
  },
})
