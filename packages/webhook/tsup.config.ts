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

const { esbuildPlugins = [], ...rest } = service as Options

/** As every service, but in several files. */
export default defineConfig({ ...rest, esbuildPlugins: [loadedLate, ...esbuildPlugins], splitting: true })
