import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../command/root.ts'
import { MutantError, type Mutant } from './mutant.ts'

/** Path of a source file → path of the mutated one that is loaded in its place. */
export type MutatedFiles = Readonly<Record<string, string>>

/**
 * Applies the patch to copies of the files it changes, in a folder of its own: the sources themselves are only
 * read. Throws a MutantError when it does not apply any more, or changes nothing.
 */
export const mutatedFiles = (
  { file, changes }: Pick<Mutant, 'file' | 'changes'>,
  folder: string,
): MutatedFiles => {
  for (const change of changes) {
    const source = path.join(root, change)
    if (!existsSync(source)) throw new MutantError(`${file}: there is no ${change} any more`)
    mkdirSync(path.dirname(path.join(folder, change)), { recursive: true })
    copyFileSync(source, path.join(folder, change))
  }
  const { status, stderr, error } = spawnSync(
    'git',
    ['apply', '--whitespace=nowarn', path.join(root, file)],
    {
      cwd: folder,
      encoding: 'utf8',
      // Else a repository around the folder would make the paths its own.
      env: { ...process.env, GIT_CEILING_DIRECTORIES: path.dirname(folder) },
    },
  )
  if (error !== undefined) throw new MutantError(`${file}: git could not be started: ${error.message}`)
  if (status !== 0) throw new MutantError(`${file}: the patch does not apply any more: ${stderr.trim()}`)
  for (const change of changes) {
    if (readFileSync(path.join(root, change), 'utf8') === readFileSync(path.join(folder, change), 'utf8'))
      throw new MutantError(`${file}: the patch changes nothing in ${change}`)
  }
  return Object.fromEntries(
    changes.map((change) => [path.join(root, change), path.join(folder, change)] as const),
  )
}
