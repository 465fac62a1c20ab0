import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { cli } from '../command/cli.ts'
import { makeFolder } from '../command/make-folder.ts'
import { buildQuietly } from '../command/nx.ts'
import { root } from '../command/root.ts'
import { runProgram } from '../command/run-program.ts'
import { npmPackage } from '../sbom/npm-package.ts'
import { assembleImages } from './assemble-images.ts'
import { buildCommands } from './build-commands.ts'
import { dockerfiles } from './dockerfile.ts'
import { engineNames, engineStates, type EngineName } from './engines.ts'
import { mostImageBytes, sizesTable } from './image-sizes.ts'
import { imageServices, type ImageService } from './image-services.ts'
import { sources } from './sources.ts'

interface Options {
  readonly service?: readonly ImageService[]
  readonly prefix: string
  readonly tag?: string
  readonly platform?: readonly string[]
  readonly push?: boolean
  readonly engine?: EngineName
  readonly rootfs?: string
  readonly system?: string
  readonly dockerfiles?: boolean
}

const list = (text: string): readonly string[] => text.split(',').filter((part) => part !== '')

const command = cli(
  'images',
  'Builds the images of the services with docker, podman or buildah. Where none of them works, puts together the root file systems that the images would have.',
)
  .option('--service <names>', 'only these, separated by commas', knownServices)
  .option('--prefix <prefix>', 'registry and repository: registry.example.org/odfmo', 'odfmo')
  .option('--tag <tag>', "left out: the service's version")
  .option(
    '--platform <platforms>',
    "linux/amd64, linux/arm64 or both; left out: the builder's own",
    knownPlatforms,
  )
  .option('--push', 'push to the registry')
  .addOption(new Option('--engine <engine>', 'this one, or nothing').choices(engineNames))
  .option('--rootfs <folder>', 'put the root file systems together in this folder, with no engine at all')
  .option('--system <folder>', 'take Node and libraries from the Linux in this folder, as a Dockerfile does')
  .option('--dockerfiles', 'write images/*/Dockerfile anew, and nothing else')
  .action((options: Options) => run(options).catch(fail))
await command.parseAsync()

async function run(options: Options): Promise<void> {
  if (options.dockerfiles === true) return writeDockerfiles()
  if (options.rootfs !== undefined) return assembleIn(path.resolve(options.rootfs), options)
  if (options.system !== undefined) command.error('--system is for --rootfs')
  const states = await engineStates(options.engine === undefined ? engineNames : [options.engine])
  for (const state of states) if (!state.works) say(`${state.name}: ${state.why}`)
  const engine = states.find(({ works }) => works)?.name
  if (engine !== undefined) {
    say(`building with ${engine}`)
    return buildWith(engine, options)
  }
  if (options.engine !== undefined || options.push === true) {
    say('no engine works, so there is no image')
    process.exitCode = 1
    return
  }
  say('no engine works: what the images would have is put together, of this machine')
  const own = path.join(root, '.odfmo/images')
  rmSync(own, { recursive: true, force: true })
  return assembleIn(own, options)
}

function writeDockerfiles(): void {
  for (const { file, text } of dockerfiles()) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
    say(`${file}: written`)
  }
}

async function assembleIn(
  folder: string,
  { service = imageServices, system, platform }: Options,
): Promise<void> {
  if (platform !== undefined)
    command.error('--platform is for an engine: a root file system is of its --system')
  makeFolder(folder)
  const { madeAt } = sources(process.env)
  await buildQuietly(
    service.map(({ name }) => name),
    new AbortController().signal,
  )
  const { architecture, sizes } = assembleImages({
    services: service,
    folder,
    ...(system === undefined ? {} : { system: path.resolve(system) }),
    madeAt,
  })
  process.stdout.write(sizesTable(sizes))
  say(`linux/${architecture}, in ${folder}`)
  for (const [name, { all }] of sizes) {
    if (all <= mostImageBytes) continue
    say(`${name}: larger than the ${mostImageBytes / 1e6} MB that an image may have`)
    process.exitCode = 1
  }
}

async function buildWith(
  engine: EngineName,
  { service = imageServices, prefix, tag, platform = [], push = false }: Options,
): Promise<void> {
  const from = sources(process.env)
  for (const { name } of service) {
    const { version } = npmPackage(path.join(root, 'packages', name))
    const image = `${prefix}/${name}:${tag ?? version}`
    const build = { ...from, name, image, platforms: platform, push, version: tag ?? version }
    for (const [program = '', ...args] of buildCommands(engine, build)) {
      say([program, ...args].join(' '))
      const code = await runProgram(program, args)
      if (code === 0) continue
      say(`${image}: ${engine} ended with ${code}`)
      process.exitCode = 1
      return
    }
  }
}

function knownServices(text: string): readonly ImageService[] {
  return list(text).map((name) => {
    const found = imageServices.find((service) => service.name === name)
    if (found !== undefined) return found
    throw new InvalidArgumentError(`there are: ${imageServices.map((one) => one.name).join(', ')}`)
  })
}

function knownPlatforms(text: string): readonly string[] {
  const known = ['linux/amd64', 'linux/arm64']
  const wanted = list(text)
  if (wanted.every((platform) => known.includes(platform))) return wanted
  throw new InvalidArgumentError(`there are: ${known.join(', ')}`)
}

function fail(error: unknown): void {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

function say(text: string): void {
  process.stderr.write(`images: ${text}\n`)
}
