import path from 'node:path'
import type { Component } from '../sbom/cyclonedx.ts'
import { debianComponent, debianOwners, distributionOf, type DebianPackage } from './debian-packages.ts'
import { sha256, type Machine } from './elf.ts'
import { file, type ImageFile } from './image-files.ts'
import { nodePath } from './image-services.ts'
import { LinuxSystem, type SystemLibrary } from './linux-system.ts'
import { nodeProgram } from './node-program.ts'

/** What all images have: Node, and what of a Linux it needs. */
export interface SystemFiles {
  readonly architecture: Machine['architecture']
  readonly files: readonly ImageFile[]
  readonly components: readonly Component[]
}

/**
 * Node of `nodeFolder` with the libraries of the system in `systemFolder`, as that has them, with their licences and what
 * scanners ask for.
 * @throws Error when one of them is missing.
 */
export const systemFiles = (nodeFolder: string, systemFolder: string): SystemFiles => {
  const node = nodeProgram(nodeFolder)
  const system = new LinuxSystem(systemFolder)
  const libraries = system.librariesOf(node.elf)
  const owners = debianOwners(
    system,
    libraries.map(({ realPath }) => realPath),
  )
  const packages = [...new Map([...owners.values()].map((one) => [one.name, one])).values()]
  const distribution = distributionOf(system)
  const release = system.read('/etc/os-release')
  return {
    architecture: node.elf.machine.architecture,
    files: [
      file('node', nodePath, node.content, true),
      ...libraries.map((one) => file('libraries', one.path, one.content, one.path === node.elf.interpreter)),
      file('texts', '/licenses/node/LICENSE', node.licence),
      ...(release === undefined ? [] : [file('texts', '/etc/os-release', release)]),
      ...packages.map(({ name, stanza }) => file('texts', `/var/lib/dpkg/status.d/${name}`, stanza)),
      ...licencesOf(system, packages),
    ],
    components: [
      node.component,
      ...packages.map((one) => debianComponent(one, distribution)),
      ...libraries.filter(({ realPath }) => !owners.has(realPath)).map(strayComponent),
    ],
  }
}

/** A library that no package owns: its digest is all that is known of it. */
const strayComponent = ({ path: at, content }: SystemLibrary): Component => ({
  type: 'library',
  name: path.basename(at),
  sha256: sha256(content),
})

/** What Debian says of each package, and the licences that this refers to. */
const licencesOf = (system: LinuxSystem, packages: readonly DebianPackage[]): readonly ImageFile[] => {
  const texts = packages.flatMap(({ name }) => {
    const at = `/usr/share/doc/${name}/copyright`
    const content = system.read(at)
    return content === undefined ? [] : [{ at, content }]
  })
  const named = texts.flatMap(({ content }) =>
    [...content.toString().matchAll(/\/usr\/share\/common-licenses\/[\w.-]*\w/g)].map(([at]) => at),
  )
  const common = [...new Set(named)].flatMap((at) => {
    const content = system.read(at)
    return content === undefined ? [] : [{ at, content }]
  })
  return [...texts, ...common].map(({ at, content }) => file('texts', at, content))
}
