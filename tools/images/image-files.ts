import { readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../command/root.ts'
import { bundleIn } from '../sbom/bundled-packages.ts'
import { cycloneDx, npmComponent, type Component } from '../sbom/cyclonedx.ts'
import { npmPackage } from '../sbom/npm-package.ts'
import { thirdPartyNotices } from '../sbom/third-party-notices.ts'
import { agentCommand, nodePath, programPath, user, type ImageService } from './image-services.ts'
import type { SystemFiles } from './system-files.ts'

/** What a file of an image is there for. */
export type Part = 'node' | 'libraries' | 'program' | 'texts'

/** A file of an image. All belong to the user 0, and everybody may read them; nobody is to write. */
export interface ImageFile {
  /** `/usr/bin/node` */
  readonly path: string
  readonly isProgram: boolean
  readonly part: Part
  readonly content: Buffer | string
}

export const file = (part: Part, at: string, content: Buffer | string, isProgram = false): ImageFile => ({
  path: at,
  isProgram,
  part,
  content,
})

/** Everything that is in the image of a service, by path: Dockerfiles add nothing to it. */
export const imageFiles = (
  service: ImageService,
  system: SystemFiles,
  madeAt: Date,
): readonly ImageFile[] => {
  const folder = path.join(root, 'packages', service.name)
  const { name, version, licence } = npmPackage(folder)
  const bundle = bundleIn(folder)
  return [
    ...system.files,
    ...bundle.files.map((each) =>
      file('program', `${programPath}/${each}`, readFileSync(path.join(folder, 'dist', each))),
    ),
    // Without it Node would read each file twice to find out what it is.
    file(
      'program',
      `${path.dirname(programPath)}/package.json`,
      `${JSON.stringify({ name, version, license: licence, type: 'module' })}\n`,
    ),
    ...(service.entrypoint[0] === agentCommand ? [file('program', agentCommand, command, true)] : []),
    // Left to itself the C library may ask DNS for what a pod's own hosts file has.
    file('texts', '/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'),
    file('texts', '/etc/passwd', `root:x:0:0:root:/:/\n${user.name}:x:${user.id}:${user.id}::/:/\n`),
    file('texts', '/etc/group', `root:x:0:\n${user.name}:x:${user.id}:\n`),
    file('texts', '/licenses/LICENSE', readFileSync(path.join(root, 'LICENSE'))),
    file('texts', '/licenses/THIRD-PARTY', thirdPartyNotices(bundle)),
    file('texts', billPath(service), billOfMaterials(service, system.components, madeAt)),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** Where in its image is the list of all that it consists of. */
export const billPath = ({ name }: ImageService): string => `/usr/share/sbom/${name}.cdx.json`

/** Node takes a script's arguments as they are; there is no shell in the image. */
const command = `#!${nodePath}\nimport('${programPath}/main.js')\n`

const billOfMaterials = (service: ImageService, system: readonly Component[], madeAt: Date): string => {
  const folder = path.join(root, 'packages', service.name)
  const own = npmPackage(folder)
  const program = { ...npmComponent(own), description: service.description }
  const packages = bundleIn(folder)
    .packages.filter(({ name }) => name !== own.name)
    .map(npmComponent)
  const subject: Component = {
    type: 'container',
    name: `odfmo/${service.name}`,
    version: own.version,
    description: service.description,
  }
  return cycloneDx({
    subject,
    components: [...system, program, ...packages],
    needs: new Map([
      [subject, [...system, program]],
      [program, packages],
    ]),
    madeAt,
  })
}
