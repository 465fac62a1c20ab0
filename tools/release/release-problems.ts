import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseAllDocuments } from 'yaml'
import { releasedPackages, type ReleasedPackage } from './released-packages.ts'

/** What packages have before their first release. */
export const unreleased = '0.0.0'

/** What in the repository at `root` is not of the version that the packages say; empty when it is one whole. */
export function releaseProblems(root: string): readonly string[] {
  const packages = releasedPackages(root)
  const services = packages.filter(({ isLibrary }) => !isLibrary)
  const [first] = services
  if (first === undefined) return ['packages/: there is no service']
  return [
    ...services.flatMap((one) =>
      one.version === first.version
        ? []
        : [
            `${one.folder}: version ${one.version}, but ${first.folder} has ${first.version}: services go together`,
          ],
    ),
    ...rootProblems(root, first.version),
    ...packages.flatMap((one) => [...changelogProblems(root, one), ...dependencyProblems(one, packages)]),
    ...globSync('deploy/**/*.yaml', { cwd: root })
      .sort()
      .flatMap((file) => manifestProblems(root, file, first.version)),
  ]
}

function rootProblems(root: string, version: string): string[] {
  const found = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    readonly version: string
  }
  return found.version === version
    ? []
    : [`package.json: version ${found.version}, but the services have ${version}`]
}

function changelogProblems(root: string, { folder, version }: ReleasedPackage): string[] {
  const file = `${folder}/CHANGELOG.md`
  if (version === unreleased) return []
  if (!existsSync(path.join(root, file))) return [`${file}: is not there, and the version is ${version}`]
  const [, newest] = /^## (.+)$/m.exec(readFileSync(path.join(root, file), 'utf8')) ?? []
  return newest === version
    ? []
    : [`${file}: its newest version is ${newest}, that of the package ${version}`]
}

/** Packed, `workspace:*` becomes the exact version; anything else could mean one that was never tried with this. */
function dependencyProblems(one: ReleasedPackage, packages: readonly ReleasedPackage[]): string[] {
  return packages.flatMap(({ name }) => {
    const specifier = one.dependencies[name] ?? 'workspace:*'
    return specifier === 'workspace:*'
      ? []
      : [`${one.folder}/package.json: ${name} is ${specifier}, expected workspace:*`]
  })
}

const service = /(?:^|\/)(?:odfmo-)?(?:hub-controller|webhook|token-exchange-agent):(.+)$/

/** Images of the services, and the name of the bundle's CSV. */
function manifestProblems(root: string, file: string, version: string): string[] {
  const problems: string[] = []
  const expect = (what: string, found: unknown, wanted: string): void => {
    if (found !== wanted) problems.push(`${file}: ${what} is ${String(found)}, expected ${wanted}`)
  }
  const visit = (node: unknown): void => {
    if (typeof node === 'string') {
      const [, tag] = service.exec(node) ?? []
      if (tag !== undefined && !tag.startsWith('sha256:')) expect(node, tag, version)
      return
    }
    if (typeof node !== 'object' || node === null) return
    if ('newName' in node && 'newTag' in node)
      expect(`newTag of ${String(node.newName)}`, node.newTag, version)
    for (const child of Object.values(node)) visit(child)
  }
  for (const document of parseAllDocuments(readFileSync(path.join(root, file), 'utf8'))) {
    const object = document.toJS() as Manifest | null
    visit(object)
    if (object?.kind !== 'ClusterServiceVersion') continue
    expect('the version in metadata.name', object.metadata?.name?.replace(/^[^.]*\.v/, ''), version)
    expect('spec.version', object.spec?.version, version)
  }
  return problems
}

interface Manifest {
  readonly kind?: string
  readonly metadata?: { readonly name?: string }
  readonly spec?: { readonly version?: string }
}
