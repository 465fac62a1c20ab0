import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../command/root.ts'
import { dockerfilePath, dockerfiles } from './dockerfile.ts'
import { imageFiles, type ImageFile } from './image-files.ts'
import { imageServices, type ImageService } from './image-services.ts'
import { pinnedNodeFolder, pinnedNodeVersion } from './node-program.ts'
import { systemFiles, type SystemFiles } from './system-files.ts'
import { parseDockerfile, type Dockerfile, type Instruction, type Stage } from './test/parse-dockerfile.ts'

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

describe('images/', () => {
  it('is what npm run images -- --dockerfiles writes', () => {
    for (const { file, text } of dockerfiles()) expect(read(file), file).toBe(text)
    expect(readdirSync(path.join(root, 'images')).toSorted()).toEqual(
      imageServices.map(({ name }) => name).toSorted(),
    )
  })

  it('has one for each service that manifests and commands know', () => {
    const services = readdirSync(path.join(root, 'packages')).filter((name) =>
      mainOf(name).includes('await runService('),
    )
    expect(services.toSorted()).toEqual(imageServices.map(({ name }) => name).toSorted())
  })
})

const mainOf = (name: string): string => {
  try {
    return read(`packages/${name}/src/main.ts`)
  } catch {
    return '' // a library
  }
}

const only = <T>(all: readonly T[]): T => {
  const [one] = all
  if (one === undefined || all.length !== 1) throw new Error(`expected one, found ${all.length}`)
  return one
}

const named = (stage: Stage, name: string): readonly Instruction[] =>
  stage.instructions.filter((one) => one.name === name)

/** `--rootfs /rootfs` in a command line. */
const option = (line: string, name: string): string | undefined =>
  new RegExp(` --${name} (\\S+)`).exec(line)?.[1]

describe.each(imageServices)('the Dockerfile of $name', (service: ImageService) => {
  let parsed: Dockerfile
  let image: Stage
  let build: Stage
  beforeAll(() => {
    parsed = parseDockerfile(read(dockerfilePath(service)))
    image = parsed.stages.at(-1) ?? only([])
    build = only(parsed.stages.filter(({ name }) => name === 'build'))
  })

  it('takes the pinned Node, for the machine that the image is for, and runs only that of the builder', () => {
    expect(parsed.args['NODE_IMAGE']).toMatch(new RegExp(`/node:${pinnedNodeVersion()}-bookworm-slim$`))
    const system = only(parsed.stages.filter(({ name }) => name === 'system'))
    for (const { base } of [system, build]) expect(base.text).toBe('${NODE_IMAGE}')
    expect(system.base.flags).toEqual({})
    expect(system.instructions).toEqual([])
    expect(build.base.flags).toEqual({ platform: '${BUILDPLATFORM}' })
  })

  it('has nothing in the image but the root file system that the build stage has put together', () => {
    const last = named(build, 'RUN').at(-1) ?? only([])
    expect(last.text).toMatch(/^npm run images -- /)
    expect(last.flags['mount']).toBe(`type=bind,from=system,target=${option(last.text, 'system')}`)
    expect(option(last.text, 'service')).toBe(service.name)

    expect(image.base.text).toBe('scratch')
    const copy = only(named(image, 'COPY'))
    expect(copy.flags).toEqual({ from: 'build' })
    expect(copy.text).toBe(`${option(last.text, 'rootfs')}/${service.name}/ /`)
    expect(named(image, 'RUN')).toEqual([])
  })

  it('says what the image is, in labels that tools look for', () => {
    const labels = [
      ...only(named(image, 'LABEL')).text.matchAll(/org\.opencontainers\.image\.(\w+)="([^"]*)"/g),
    ]
    expect(Object.fromEntries(labels.map(([, name, value]) => [name, value]))).toEqual({
      title: service.title,
      description: service.description,
      vendor: 'odfmo',
      licenses: 'Apache-2.0',
      version: '${VERSION}',
      revision: '${REVISION}',
    })
    expect(named(image, 'ARG').map(({ text }) => text)).toEqual(['VERSION=unknown', 'REVISION=unknown'])
  })
})

const headOf = (content: Buffer | string = ''): string =>
  typeof content === 'string' ? content.slice(0, 100) : content.toString('latin1', 0, 100)

describe('what is in an image', () => {
  let system: SystemFiles
  beforeAll(() => {
    system = systemFiles(pinnedNodeFolder(), '/')
  })
  const filesOf = (service: ImageService): ReadonlyMap<string, ImageFile> =>
    new Map(imageFiles(service, system, new Date(0)).map((file) => [file.path, file]))
  const textOf = (files: ReadonlyMap<string, ImageFile>, at: string): string =>
    String(files.get(at)?.content ?? '')

  it.each(imageServices)('$name: the user and the entry point of its Dockerfile', (service) => {
    const image = parseDockerfile(read(dockerfilePath(service))).stages.at(-1) ?? only([])
    const files = filesOf(service)
    const [, id] = /^([1-9]\d+):\1$/.exec(only(named(image, 'USER')).text) ?? []
    expect(textOf(files, '/etc/passwd')).toMatch(new RegExp(`^odfmo:x:${id}:${id}:`, 'm'))
    const [program = '', ...args] = JSON.parse(only(named(image, 'ENTRYPOINT')).text) as readonly string[]
    expect(files.get(program)?.isProgram).toBe(true)
    for (const arg of args) expect(files.has(arg), arg).toBe(true)
    // A script is started by the program that its first line names.
    const [, interpreter] = /^#!(\S+)\n/.exec(headOf(files.get(program)?.content)) ?? []
    if (interpreter !== undefined) expect(files.get(interpreter)?.isProgram).toBe(true)
  })

  it.each(imageServices)('$name: of dist only the bundle; no tools of its build, no shell', (service) => {
    const paths = [...filesOf(service).keys()]
    const program = paths.filter((at) => at.startsWith('/app/'))
    expect(program).toContain('/app/dist/main.js')
    expect(program.filter((at) => !/^\/app\/(package\.json|dist\/[\w-]+\.js)$/.test(at))).toEqual([])
    expect(program).not.toContain('/app/dist/index.js')
    expect(paths.filter((at) => /\/(s?bin)\//.test(at))).toEqual(['/usr/bin/node'])
  })

  it.each(imageServices)(
    '$name: a bill of materials with everything, and the licences of all of it',
    (service) => {
      const files = filesOf(service)
      const { components } = JSON.parse(textOf(files, `/usr/share/sbom/${service.name}.cdx.json`)) as {
        readonly components: readonly {
          readonly name: string
          readonly group?: string
          readonly licenses?: unknown
        }[]
      }
      expect(components.filter(({ licenses }) => licenses === undefined)).toEqual([])
      const names = components.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`))
      expect(names).toEqual(
        expect.arrayContaining(['node', 'undici', 'pino', '@odfmo/controller-kit', `@odfmo/${service.name}`]),
      )
      const notices = textOf(files, '/licenses/THIRD-PARTY')
      expect(notices).not.toContain('It comes without a text of its licence')
      const own = (name: string): boolean => name === 'node' || name.startsWith('@odfmo/')
      for (const name of names) {
        if (own(name)) continue
        const told = files.has(`/usr/share/doc/${name}/copyright`) || notices.includes(`\n${name} `)
        expect(told, name).toBe(true)
      }
      expect(files.has('/licenses/LICENSE') && files.has('/licenses/node/LICENSE')).toBe(true)
    },
  )

  it('the agent is started as the original is: /manager tokenexchange', () => {
    const holders = imageServices.filter((service) => filesOf(service).has('/manager'))
    expect(holders.map(({ name }) => name)).toEqual(['token-exchange-agent'])
  })
})

it('what the build stage asks of npm run images, this can do', () => {
  const { status, stdout } = spawnSync(process.execPath, ['tools/launch.mjs', 'images', '--help'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  const lines = dockerfiles().flatMap(({ text }) =>
    parseDockerfile(text).stages.flatMap((stage) => named(stage, 'RUN').map((run) => run.text)),
  )
  const options: ReadonlySet<string | undefined> = new Set(
    lines.flatMap((line) => [...line.matchAll(/ (--\w+)/g)].map(([, name]) => name)),
  )
  expect(options).toEqual(new Set(['--service', '--system', '--rootfs']))
  for (const name of options) expect(stdout).toContain(` ${name} `)
  const { scripts } = JSON.parse(read('package.json')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  for (const line of lines) expect(scripts).toHaveProperty(/^npm run (\S+)/.exec(line)?.[1] ?? '')
})

it('sends neither what was built here nor what was installed here', () => {
  const ignored = read('.dockerignore').split('\n')
  expect(ignored).toEqual(expect.arrayContaining(['.git', '.nx', '.odfmo', '**/node_modules', '**/dist']))
})
