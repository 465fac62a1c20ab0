import { readFile } from 'node:fs/promises'
import { defineConfig, type Options } from 'tsup'
import service from '../../tsup.service.ts'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/** Files of the kit that only what is imported late may use: what speaks with API servers, and what writes to them. */
const onlyLate =
  /^export \{[^}]*\} from '\.\/(client\/(connect|credentials|identity|kube-client)|writing\/applier)\.ts'$/gm

/**
 * What only `--self-signed` needs is in files of its own, which nobody else loads: half of the memory that the program takes. A
 * bundler shares whole files, and the kit's list of exports leads to all of its files: so what is imported from the start
 * sees that list without what is for later. A name that is then missing fails the build.
 */
const loadedLate: Plugin = {
  name: 'loaded-late',
  setup(build) {
    const early = '?early'
    build.onResolve({ filter: /^@odfmo\/controller-kit$/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === early || /[\\/]src[\\/]self-signed/.test(from.importer)) return undefined
      const { importer, kind, resolveDir } = from
      const list = await build.resolve(path, { importer, kind, resolveDir, pluginData: early })
      return { path: list.path, suffix: early, sideEffects: false }
    })
    build.onLoad({ filter: /[\\/]index\.ts$/ }, async ({ path, suffix }) => {
      if (suffix !== early) return undefined
      const list = await readFile(path, 'utf8')
      return { contents: list.replaceAll(onlyLate, ''), loader: 'ts' }
    })
  },
}

/**
 * Node's own modules are required, not imported: an import reads all exports, and some of them load what nobody uses (of
 * `crypto` that of browsers, of `util` and `v8` half a dozen tools). And of two dependencies what they have for programs of
 * another kind: worker threads for logs, a gateway for metrics, with its compression.
 */
const required: Plugin = {
  name: 'required',
  setup(build) {
    const namespace = 'required'
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace } : undefined,
    )
    build.onLoad({ filter: /^node:/, namespace }, ({ path }) => ({
      contents: `module.exports = require('${path}')`,
    }))
    build.onResolve({ filter: /^(thread-stream|\.\/lib\/pushgateway)$/ }, ({ path }) => ({ path, namespace }))
    build.onLoad({ filter: /^(thread-stream|\.\/lib\/pushgateway)$/, namespace }, () => ({
      contents: 'module.exports = class {}',
    }))
  },
}

const { esbuildPlugins = [], esbuildOptions, ...rest } = service as Options

/** As every service, but in several files. */
export default defineConfig({
  ...rest,
  esbuildPlugins: [loadedLate, required, ...esbuildPlugins],
  splitting: true,
  esbuildOptions(options, context) {
    esbuildOptions?.(options, context)
    // Also what each file begins with. A Node that does not have this function is told so two lines later.
    const begin = (options.banner?.['js'] ?? '').replaceAll(
      /^import (\w+) from '(node:\w+)'$/gm,
      "const $1 = process.getBuiltinModule?.('$2')",
    )
    options.banner = { js: begin }
  },
})
