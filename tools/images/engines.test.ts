import { describe, expect, it } from 'vitest'
import { buildCommands, type ImageBuild } from './build-commands.ts'
import { engineNames, engineStates, type Ask } from './engines.ts'

describe('engineStates', () => {
  it('takes no engine for working because its program is there: it is asked, and says why not', async () => {
    const ask: Ask = (program, args) => {
      if (program === 'docker' && args[0] === 'version')
        return Promise.reject(new Error('Cannot connect to the Docker daemon'))
      if (program === 'podman') return Promise.reject(new Error('not on PATH'))
      return Promise.resolve('')
    }
    expect(await engineStates(engineNames, ask)).toEqual([
      { name: 'docker', works: false, why: 'Cannot connect to the Docker daemon' },
      { name: 'podman', works: false, why: 'not on PATH' },
      { name: 'buildah', works: true },
    ])
  })

  it('takes no docker that cannot build stages of another machine', async () => {
    const ask: Ask = (_, args) =>
      args[0] === 'buildx'
        ? Promise.reject(new Error('unknown command: docker buildx'))
        : Promise.resolve('28')
    expect(await engineStates(['docker'], ask)).toEqual([
      { name: 'docker', works: false, why: 'unknown command: docker buildx' },
    ])
  })
})

describe('buildCommands', () => {
  const one: ImageBuild = {
    name: 'webhook',
    image: 'registry.example.org/odfmo/webhook:1.2.3',
    platforms: [],
    push: false,
    version: '1.2.3',
    revision: 'abc',
    madeAt: new Date(1_700_000_000_000),
  }
  const two: ImageBuild = { ...one, platforms: ['linux/amd64', 'linux/arm64'], push: true }
  const file = '--file images/webhook/Dockerfile'
  const both = '--platform linux/amd64,linux/arm64'
  const facts = '--build-arg VERSION=1.2.3 --build-arg REVISION=abc --build-arg SOURCE_DATE_EPOCH=1700000000'

  it.each([
    ['docker', one, [`docker buildx build --progress=plain --tag ${one.image} --load ${file} ${facts} .`]],
    [
      'docker',
      two,
      [`docker buildx build --progress=plain --tag ${one.image} --push ${file} ${both} ${facts} .`],
    ],
    ['podman', one, [`podman build --tag ${one.image} ${file} ${facts} .`]],
    [
      'podman',
      two,
      [
        `podman build --manifest ${one.image} ${file} ${both} ${facts} .`,
        `podman manifest push --all ${one.image} docker://${one.image}`,
      ],
    ],
    [
      'buildah',
      { ...one, push: true },
      [`buildah build --tag ${one.image} ${file} ${facts} .`, `buildah push ${one.image}`],
    ],
  ] as const)('of %s build, and push if so asked', (engine, build, commands) => {
    expect(buildCommands(engine, build).map((command) => command.join(' '))).toEqual(commands)
  })

  it('do not keep what only a registry can', () => {
    const [command = []] = buildCommands('docker', { ...two, push: false })
    expect(command).not.toContain('--load')
    expect(command).not.toContain('--push')
  })
})
