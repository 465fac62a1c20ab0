import path from 'node:path'
import { cli } from '../command/cli.ts'
import { nxBuildArguments, nxEnvironment } from '../command/nx.ts'
import { root } from '../command/root.ts'
import { runProgram } from '../command/run-program.ts'
import { packRelease } from './pack-release.ts'
import { tellUser } from '../command/user-error.ts'
import { publications, publish } from './publish-release.ts'
import { releasedPackages } from './released-packages.ts'
import { releaseProblems, unreleased } from './release-problems.ts'
import { tagRelease } from './release-tags.ts'
import { serviceVersionProblems } from './service-versions.ts'
import { setRootVersion } from './set-root-version.ts'
import { readSource } from './source.ts'

interface PackOptions {
  readonly to: string
  readonly builder: string
  readonly source?: string
  readonly uncommitted?: boolean
}

const defaultFolder = 'dist/release'
/** Of many: they are for a look, not for a list. */
const shownFiles = 5
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const release = cli(
  'release',
  'Makes a release, step by step: change, version, check, pack, publish, tag (CONTRIBUTING.md).',
)

release
  .command('change')
  .description(
    'writes a changeset: asks what has changed for whom, or is told by --patch NAME, --minor NAME, --major NAME and -m TEXT',
  )
  .allowUnknownOption()
  .argument('[arguments...]', 'for changeset add')
  .action((args: readonly string[]) => must('changeset', ['add', ...args]))

release
  .command('version')
  .description(
    'takes the changesets: new versions, changelogs, and manifests with the images of these versions',
  )
  .action(async () => {
    await must('changeset', ['version'])
    setRootVersion(root)
    // in a process of its own: this one has read the version of before
    await must(process.execPath, [...process.execArgv, 'tools/generate/main.ts'])
    await check()
  })

release.command('check').description('says what is not of one version; exit 1 then').action(check)

release
  .command('pack')
  .description(
    'builds and packs the libraries, with digests, bills of materials and a provenance statement (not signed)',
  )
  .option('--to <folder>', 'where to; emptied first', defaultFolder)
  .option('--builder <uri>', 'who builds it, for the provenance', 'urn:odfmo:builder:local')
  .option('--source <uri>', 'where the source can be fetched, for the provenance')
  .option('--uncommitted', 'also when the commit is not what is packed; the provenance says so')
  .action(async ({ to, builder, source, uncommitted = false }: PackOptions) => {
    const changed = readSource(root).uncommitted
    if (changed.length > 0 && !uncommitted) {
      const more = changed.length > shownFiles ? ` and ${changed.length - shownFiles} more` : ''
      fail(
        `not committed: ${changed.slice(0, shownFiles).join(', ')}${more}\nCommit it, or say --uncommitted.`,
      )
    }
    sayUnreleased()
    const libraries = releasedPackages(root).filter(({ isLibrary }) => isLibrary)
    await must('nx', nxBuildArguments(libraries.map(({ folder }) => path.basename(folder))), nxEnvironment())
    const folder = path.resolve(root, to)
    for (const file of await packRelease({
      root,
      folder,
      builder,
      ...(source === undefined ? {} : { source }),
    })) {
      say(path.join(to, file))
    }
  })

release
  .command('tag')
  .description(
    'tags the commit: v… for the services, name@… for each library, where such a tag is not there yet',
  )
  .action(() => {
    for (const tag of tagRelease(root)) say(tag)
    sayUnreleased()
  })

release
  .command('publish')
  .description('publishes what was packed, but for what the registry has; further arguments are for npm')
  .option('--from <folder>', 'what npm run release -- pack has left', defaultFolder)
  .option('--dry', 'only say what would be done')
  .argument('[npm-arguments...]', 'for npm publish, after another --')
  .action(async (npmArguments: readonly string[], { from, dry = false }: { from: string; dry?: boolean }) => {
    for (const one of await publications(root, path.resolve(root, from))) {
      const what = `${one.name}@${one.version}`
      if (one.isThere) say(`${what} is published already`)
      else if (dry) say(`${what} would be published from ${path.relative(root, one.tarball)}`)
      else {
        await publish(one, npmArguments)
        say(`${what} published`)
      }
    }
  })

await release.parseAsync().catch(tellUser)

async function check(): Promise<void> {
  const problems = [...releaseProblems(root), ...(await serviceVersionProblems(root))]
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  if (problems.length > 0) process.exitCode = 1
  else for (const { name, version } of releasedPackages(root)) say(`${name} ${version}`)
}

/** Nothing that is meant for others has this version. */
function sayUnreleased(): void {
  const none = releasedPackages(root).filter(({ version }) => version === unreleased)
  if (none.length === 0) return
  process.stderr.write(
    `${none.map(({ name }) => name).join(', ')}: no version yet; npm run release -- version gives one\n`,
  )
}

async function must(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const code = await runProgram(program, args, env)
  if (code !== 0) fail(`${path.basename(program)} failed`, code)
}

function fail(text: string, code = 1): never {
  process.stderr.write(`${text}\n`)
  process.exit(code)
}
