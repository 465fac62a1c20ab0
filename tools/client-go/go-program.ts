import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { root } from '../command/root.ts'

const goModule = path.join(root, 'tools/client-go')

/** A program of the module in this folder, built. */
export interface GoProgram {
  readonly file: string
  /** Of client-go: `0.35.4`. */
  readonly clientGoVersion: string
}

/** Why a program cannot be had here, in words for people. */
export class NoGoProgramError extends Error {
  override readonly name = 'NoGoProgramError'
}

/**
 * Builds a program with the Go of PATH, about two minutes on two cores; once per machine and source, into
 * `${XDG_DATA_HOME:-~/.local/share}/odfmo/client-go`. Throws NoGoProgramError where it cannot be built.
 */
export const goProgram = async (name: 'bench' | 'judge'): Promise<GoProgram> => {
  const sources = ['go.mod', 'go.sum', ...goFilesOf(name)].map((file) => path.join(goModule, file))
  const hash = createHash('sha256')
  for (const file of sources) hash.update(readFileSync(file))
  const { XDG_DATA_HOME: dataHome = path.join(homedir(), '.local/share') } = process.env
  const folder = path.join(dataHome, 'odfmo/client-go', hash.digest('hex').slice(0, 16))
  const file = path.join(folder, name)
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    const unfinished = `${file}.${process.pid}`
    await build(name, unfinished)
    renameSync(unfinished, file) // whoever finds it finds it whole
  }
  return { file, clientGoVersion: clientGoVersion() }
}

const goFilesOf = (name: string): readonly string[] =>
  readdirSync(path.join(goModule, name))
    .sort()
    .map((file) => path.join(name, file))

const clientGoVersion = (): string => {
  const text = readFileSync(path.join(goModule, 'go.mod'), 'utf8')
  return /k8s\.io\/client-go v(\S+)/.exec(text)?.[1] ?? ''
}

const build = async (name: string, file: string): Promise<void> => {
  try {
    const options = ['-mod=readonly', '-trimpath', '-ldflags', '-s -w']
    await promisify(execFile)('go', ['build', ...options, '-o', file, `./${name}`], {
      cwd: goModule,
      // Never another Go than the one that is here: its download would be a surprise.
      env: { ...process.env, GOTOOLCHAIN: 'local', CGO_ENABLED: '0' },
    })
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string }
    const why = code === 'ENOENT' ? 'there is no Go on PATH' : `go build failed: ${stderr.trim()}`
    throw new NoGoProgramError(why, { cause: error })
  }
}
