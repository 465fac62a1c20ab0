import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'

export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>> }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface SourceFile {
  /** Relative to the repository's root. */
  readonly file: string
  readonly text: string
  readonly imports: readonly string[]
  readonly isTest: boolean
}

export interface WorkspacePackage {
  /** The folder's name, which is the package's name without the scope. */
  readonly name: string
  readonly folder: string
  readonly manifest: Manifest
  readonly sources: readonly SourceFile[]
}

export interface Workspace {
  readonly manifest: Manifest
  readonly packages: readonly WorkspacePackage[]
  readonly tools: readonly SourceFile[]
}

/** Reads the manifests and the sources, with what each imports, of the repository at `root`. */
export function readWorkspace(root: string): Workspace {
  const names = readdirSync(path.join(root, 'packages')).filter((name) =>
    existsSync(path.join(root, 'packages', name, 'package.json')),
  )
  return {
    manifest: readManifest(path.join(root, 'package.json')),
    packages: names.sort().map((name) => ({
      name,
      folder: `packages/${name}`,
      manifest: readManifest(path.join(root, 'packages', name, 'package.json')),
      sources: readSources(root, `packages/${name}/{src,test,bench}/**/*.ts`),
    })),
    tools: readSources(root, 'tools/**/*.{ts,mjs}'),
  }
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest
}

function readSources(root: string, pattern: string): SourceFile[] {
  const files = globSync(pattern, {
    cwd: root,
    exclude: ['**/node_modules/**', '**/fixtures/**', '**/dist/**'],
  })
  return files.sort().map((file) => {
    const text = readFileSync(path.join(root, file), 'utf8')
    const isTest = /\.(test|case|model)\.ts$|\/(test|bench)\//.test(file)
    return { file, text, imports: importsOf(text), isTest }
  })
}

const importStatement =
  /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm

/** What a module's import and export-from statements name, types included. */
export function importsOf(text: string): string[] {
  return [...text.matchAll(importStatement)].map((match) => match[1] ?? match[2] ?? '')
}
