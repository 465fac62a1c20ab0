import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { root } from './root.ts'

/** A program of a Go module in this repository. */
export interface GoProgramSource {
  /** The module's folder below `tools/`. */
  readonly module: string
  /** The folder of its `main` package in there. */
  readonly name: string
  /** Build tags. */
  readonly tags?: readonly string[]
}

/** Why a program cannot be had here, in words for people. */
export class NoGoProgramError extends Error {
  override readonly name = 'NoGoProgramError'
}

/** The folder of a module. */
export const goModuleFolder = (module: string): string => path.join(root, 'tools', module)

/**
 * Builds a program with the Go of PATH, about two minutes on two cores, and answers its file; once per machine and source,
 * into `${XDG_DATA_HOME:-~/.local/share}/odfmo/MODULE`. Throws NoGoProgramError where it cannot be built.
 */
export const goProgram = async (source: GoProgramSource): Promise<string> => {
  const { module, name } = source
  const folder = goModuleFolder(module)
  const hash = createHash('sha256')
  for (const file of ['go.mod', 'go.sum', ...goFilesOf(folder, name)])
    hash.update(readFileSync(path.join(folder, file)))
  const { XDG_DATA_HOME: dataHome = path.join(homedir(), '.local/share') } = process.env
  const built = path.join(dataHome, 'odfmo', module, hash.digest('hex').slice(0, 16))
  const file = path.join(built, name)
  if (!existsSync(file)) {
    mkdirSync(built, { recursive: true })
    const unfinished = `${file}.${process.pid}`
    await build(source, unfinished)
    renameSync(unfinished, file) // whoever finds it finds it whole
  }
  return file
}

const goFilesOf = (folder: string, name: string): readonly string[] =>
  readdirSync(path.join(folder, name))
    .sort()
    .map((file) => path.join(name, file))

const build = async ({ module, name, tags = [] }: GoProgramSource, file: string): Promise<void> => {
  try {
    const options = ['-mod=readonly', '-trimpath', '-ldflags', '-s -w', '-tags', tags.join(',')]
    await promisify(execFile)('go', ['build', ...options, '-o', file, `./${name}`], {
      cwd: goModuleFolder(module),
      // Never another Go than the one that is here: its download would be a surprise.
      env: { ...process.env, GOTOOLCHAIN: 'local', CGO_ENABLED: '0' },
    })
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string }
    const why = code === 'ENOENT' ? 'there is no Go on PATH' : `go build failed: ${stderr.trim()}`
    throw new NoGoProgramError(why, { cause: error })
  }
}
