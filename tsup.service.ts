import { fileURLToPath } from 'node:url'
import { defineConfig, type Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/**
 * What a service loads and never uses, left out, and what only some use, loaded when it is used (docs/decisions/0014):
 *
 * - Of the HTTP client, which brings fetch, web sockets, caches and mocks, the two agents that the kit uses, with the first of
 *   them. A name that is not here fails the build.
 * - Node's own copy of that client: it is loaded as soon as `http` is imported as an ES module, for that reads all exports.
 * - The reader of YAML that the kit has for kubeconfig files, with the first of them.
 * - What tells traces apart, which the metrics' library has for a metric that no service has.
 */
const unused: Plugin = {
  name: 'unused',
  setup(build) {
    const namespace = 'used-of'
    // Of this file, also where another configuration is made of this one.
    const resolveDir = fileURLToPath(new URL('packages/controller-kit', import.meta.url))
    build.onResolve({ filter: /^(undici|node:http)$/ }, ({ path: what, kind }) =>
      kind === 'import-statement' ? { path: what, namespace } : undefined,
    )
    build.onLoad({ filter: /^node:http$/, namespace }, () => ({
      contents: "module.exports = require('node:http')",
    }))
    build.onLoad({ filter: /^undici$/, namespace }, () => ({
      contents: [
        'const client = () => {',
        // As its own index does it.
        "  const { prototype } = require('undici/lib/dispatcher/dispatcher.js')",
        "  Object.assign(prototype, require('undici/lib/api/index.js'))",
        "  return { Agent: require('undici/lib/dispatcher/agent.js'), ProxyAgent: require('undici/lib/dispatcher/proxy-agent.js') }",
        '}',
        // What `new` of a function that returns an object gives is that object.
        'export function Agent(options) { return new (client().Agent)(options) }',
        'export function ProxyAgent(options) { return new (client().ProxyAgent)(options) }',
      ].join('\n'),
      resolveDir,
    }))
    build.onResolve({ filter: /^yaml$/ }, ({ path: what, importer }) =>
      /[\\/]client[\\/]kubeconfig\.ts$/.test(importer) ? { path: what, namespace } : undefined,
    )
    build.onLoad({ filter: /^yaml$/, namespace }, () => ({
      contents: "export const parse = (text) => require('yaml').parse(text)",
      resolveDir,
    }))
    build.onResolve({ filter: /^@opentelemetry\/api$/ }, ({ path: what }) => ({ path: what, namespace }))
    build.onLoad({ filter: /^@opentelemetry\/api$/, namespace }, () => ({ contents: 'module.exports = {}' }))
  },
}

/** Services: a single file with all dependencies inside, run by `node dist/main.js`. */
export default defineConfig({
  format: 'esm',
  target: 'es2023',
  platform: 'node',
  splitting: false,
  sourcemap: false,
  dts: false,
  clean: true,
  // Beside the bundle: what is inside, for the lists of an image's contents (tools/sbom).
  metafile: true,
  noExternal: [/.*/],
  esbuildPlugins: [unused],
  // Else the plugins see the names without it.
  removeNodeProtocol: false,
  esbuildOptions(options) {
    options.conditions = ['@odfmo/source']
    // One letter that is not ASCII, and the engine holds all of the text at two bytes a character and more than once: the
    // comments of dependencies (their licences are beside) cost 20 MB of a process's memory. Names stay.
    options.minifyWhitespace = true
    options.legalComments = 'linked'
    options.lineLimit = 160
    // The engine sizes its heap by the machine: with gigabytes free it lets young garbage grow to 64 MB and old garbage to
    // several times of what lives. A controller is one of dozens on its node: for a tenth more CPU it takes half the memory.
    // The young heap stays small from the first line on; the old one follows what lives once the program is loaded.
    // CommonJS dependencies need a require; the compile cache halves the start. Node 20 has no compile cache and is
    // too old for the HTTP client: said in words instead of a SyntaxError, before anything else runs.
    options.banner = {
      js: [
        "import __module from 'node:module'",
        "import __v8 from 'node:v8'",
        "if (Number(process.versions.node.split('.')[0]) < 22) { console.error('This service needs Node 22.19 or newer, this is ' + process.version + '; the repository brings one: node_modules/.bin/node'); process.exit(2) }",
        '__module.enableCompileCache?.()',
        "__v8.setFlagsFromString('--semi-space-growth-factor=1')",
        "setImmediate(() => __v8.setFlagsFromString('--heap-growing-percent=15'))",
        'const require = __module.createRequire(import.meta.url)',
      ].join('\n'),
    }
  },
})
