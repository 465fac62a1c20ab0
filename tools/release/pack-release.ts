import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pack } from '../command/pack.ts'
import { bundleIn } from '../sbom/bundled-packages.ts'
import { installedLicences } from './installed-licences.ts'
import { librarySbom, type PackedLibrary } from './library-sbom.ts'
import { readLockfile, type Lockfile } from './lockfile.ts'
import { provenance } from './provenance.ts'
import { UserError } from '../command/user-error.ts'
import { releasedPackages, type ReleasedPackage } from './released-packages.ts'
import { checksums, checksumsFile, sha256 } from './sha256.ts'
import { readSource } from './source.ts'

/** The name of the provenance statement in a folder of packed libraries. */
const provenanceFile = 'provenance.intoto.json'

interface PackInput {
  readonly root: string
  /** Emptied first. */
  readonly folder: string
  readonly builder: string
  readonly source?: string
}

/** Packs every library from its dist, with bills of materials, provenance and digests beside; answers the files' names. */
export async function packRelease({ root, folder, builder, source }: PackInput): Promise<readonly string[]> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { commit, committed, uncommitted } = readSource(root)
  const lockfilePath = path.join(root, 'pnpm-lock.yaml')
  const lockfile = readLockfile(readFileSync(lockfilePath, 'utf8'))
  const libraries = new Map<string, PackedLibrary>()
  const tarballs = new Map<string, string>()
  for (const one of releasedPackages(root).filter(({ isLibrary }) => isLibrary)) {
    expectBuilt(root, one)
    const tarball = await pack(one.name, path.join(root, one.folder), folder)
    tarballs.set(one.name, path.basename(tarball))
    libraries.set(one.name, packedLibrary(one, sha256(tarball), lockfile, bundledIn(root, one)))
  }
  const licenceOf = installedLicences(root)
  const files = [...libraries.values()].flatMap((library) => {
    const tarball = tarballs.get(library.name) ?? ''
    const sbom = tarball.replace(/\.tgz$/, '.cdx.json')
    writeFileSync(
      path.join(folder, sbom),
      librarySbom({ library, libraries, lockfile, licenceOf, madeAt: committed }),
    )
    return [tarball, sbom]
  })
  const subjects = files.map((name) => ({ name, sha256: sha256(path.join(folder, name)) }))
  const statement = provenance({
    subjects,
    commit,
    uncommitted,
    builder,
    ...(source === undefined ? {} : { source }),
    lockfileSha256: sha256(lockfilePath),
    tools: { node: process.versions.node },
  })
  write(folder, provenanceFile, statement)
  const listed = [...files, provenanceFile]
  writeFileSync(path.join(folder, checksumsFile), checksums(folder, listed))
  return [...listed, checksumsFile]
}

/** Throws where a file that the package says it has is not there: without dist a package can be packed, and is nothing. */
function expectBuilt(root: string, { name, folder, entries }: ReleasedPackage): void {
  const missing = entries.filter((entry) => !existsSync(path.join(root, folder, entry)))
  if (missing.length > 0)
    throw new UserError(`${name} is not built: ${missing.join(', ')} missing. Run npm run build.`)
}

function packedLibrary(
  { name, version, description, license, folder, dependencies }: ReleasedPackage,
  digest: string,
  lockfile: Lockfile,
  bundled: readonly string[],
): PackedLibrary {
  // Peers that are optional stand there too.
  const needed = [...lockfile.dependenciesOf(folder)]
    .filter(([one]) => one in dependencies)
    .map(([, key]) => key)
  const inFiles = [...lockfile.packages].filter(([, one]) => bundled.includes(`${one.name}@${one.version}`))
  return {
    ...{ name, version, description, license, sha256: digest },
    own: Object.keys(dependencies).filter((one) => dependencies[one] === 'workspace:*'),
    foreign: [...new Set([...needed, ...inFiles.map(([key]) => key)])],
  }
}

/** Packages, with their versions, that a library has in its own files: where it is a service too, that is one file. */
function bundledIn(root: string, { folder }: ReleasedPackage): readonly string[] {
  const at = path.join(root, folder)
  if (!existsSync(path.join(at, 'dist/main.js'))) return []
  return bundleIn(at).packages.map(({ name, version }) => `${name}@${version}`)
}

function write(folder: string, name: string, content: object): void {
  writeFileSync(path.join(folder, name), `${JSON.stringify(content, undefined, 2)}\n`)
}
