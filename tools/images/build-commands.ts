import { dockerfilePath } from './dockerfile.ts'
import type { EngineName } from './engines.ts'

/** An image to be built. */
export interface ImageBuild {
  /** Of the service: `webhook`. */
  readonly name: string
  /** With registry and tag: `registry.example.org/odfmo/webhook:1.2.3`. */
  readonly image: string
  /** `linux/arm64`; empty: the builder's own. */
  readonly platforms: readonly string[]
  readonly push: boolean
  readonly version: string
  /** Of the sources. */
  readonly revision: string
  /** When the sources were made. */
  readonly madeAt: Date
}

/** The commands that build an image and, if so asked, push it; from the root of the repository, one after the other. */
export const buildCommands = (engine: EngineName, build: ImageBuild): readonly (readonly string[])[] => {
  const { image, platforms, push } = build
  const several = platforms.length > 1
  if (engine === 'docker') {
    // Several at once, only a registry can keep: without --push they are built, to see whether they can be.
    const result = push ? ['--push'] : several ? [] : ['--load']
    return [
      ['docker', 'buildx', 'build', '--progress=plain', '--tag', image, ...result, ...shared(build), '.'],
    ]
  }
  // One image for several platforms is a list of them, under a name of its own.
  const target = several ? ['--manifest', image] : ['--tag', image]
  const pushed = several
    ? [engine, 'manifest', 'push', '--all', image, `docker://${image}`]
    : [engine, 'push', image]
  return [[engine, 'build', ...target, ...shared(build), '.'], ...(push ? [pushed] : [])]
}

const shared = ({ name, platforms, version, revision, madeAt }: ImageBuild): readonly string[] => [
  '--file',
  dockerfilePath({ name }),
  ...(platforms.length === 0 ? [] : ['--platform', platforms.join(',')]),
  ...['--build-arg', `VERSION=${version}`],
  ...['--build-arg', `REVISION=${revision}`],
  // All three know it, and take it for the image's own time too. With podman's --timestamp beside it, podman refuses.
  ...['--build-arg', `SOURCE_DATE_EPOCH=${madeAt.getTime() / 1000}`],
]
