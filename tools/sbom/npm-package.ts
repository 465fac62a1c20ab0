import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** A file in which a package's authors say what others may do with it. */
export interface LicenceText {
  /** Its name in the package. */
  readonly file: string
  readonly text: string
}

/** An npm package as it lies in a folder. */
export interface NpmPackage {
  readonly name: string
  readonly version: string
  /** An SPDX expression as its manifest has it: `MIT`. */
  readonly licence: string
  /** No registry has it. */
  readonly isPrivate: boolean
  readonly folder: string
  readonly licenceTexts: readonly LicenceText[]
}

interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly license?: string
  readonly private?: boolean
}

const isLicence = /^(licen[cs]e|copying|notice)([.-].*)?$/i

/**
 * The package in a folder.
 * @throws Error when there is none, or when its manifest says nothing of a licence: nobody may ship that.
 */
export const npmPackage = (folder: string): NpmPackage => {
  const { name, version, license, private: isPrivate = false } = manifestIn(folder)
  if (name === undefined || version === undefined)
    throw new Error(`${folder}/package.json: expected a package with name and version`)
  if (typeof license !== 'string' || license === '')
    throw new Error(`${folder}/package.json: expected a license, an SPDX expression such as MIT`)
  const licenceTexts = readdirSync(folder)
    .filter((file) => isLicence.test(file))
    .toSorted()
    .map((file) => ({ file, text: readFileSync(path.join(folder, file), 'utf8') }))
  return { name, version, licence: license, isPrivate, folder, licenceTexts }
}

/**
 * The folder of the package that a file is part of. A manifest without a name and a version, which only says how its folder
 * is to be read, is none.
 * @throws Error when no folder above has a package.
 */
export const packageFolderOf = (file: string): string => {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const { name, version } = existsSync(path.join(folder, 'package.json')) ? manifestIn(folder) : {}
    if (name !== undefined && version !== undefined) return folder
    if (folder === path.dirname(folder)) throw new Error(`${file}: no folder above it has a package.json`)
  }
}

const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest
