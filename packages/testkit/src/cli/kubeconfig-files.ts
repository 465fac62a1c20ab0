import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Cluster } from '../cluster.ts'

/** The first line of each file, so that a file left by a process that was killed can be told from somebody's own. */
const markOf = (pid: number): string =>
  `# written by odfmo-testkit, process ${pid}, which takes it away again\n`
const markPattern = /^# written by odfmo-testkit, process (\d+),/

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // there, and of another user
  }
}

/** Why the file must not be written; undefined when it may be. */
const problemWith = (path: string, force: boolean): string | undefined => {
  if (!existsSync(path)) return undefined
  if (!statSync(path).isFile()) return `${path} is no file`
  if (force) return undefined
  const owner = markPattern.exec(readFileSync(path, 'utf8'))?.[1]
  if (owner === undefined) return `${path} is there already, and not of this tool; --force writes over it`
  return isAlive(Number(owner)) ? `${path} is of process ${owner}, which still runs` : undefined
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/**
 * Makes a folder and those above it; answers those that were not there, innermost first. By hand: Node's own
 * `recursive` never ends below /proc, where nothing can be made and nothing says so.
 */
const makeFolders = (folder: string): string[] => {
  try {
    mkdirSync(folder)
    return [folder]
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && statSync(folder).isDirectory()) return []
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error
  }
  const above = makeFolders(dirname(folder))
  try {
    mkdirSync(folder)
    return [folder, ...above]
  } catch (error) {
    removeFolders(above)
    throw error
  }
}

/** As far as nothing is in them. */
const removeFolders = (folders: readonly string[]): void => {
  try {
    for (const folder of folders) rmdirSync(folder)
  } catch {
    // somebody else's things are in it
  }
}

/** Kubeconfig files of clusters, `DIR/NAME.kubeconfig`, readable by their owner alone. */
export class KubeconfigFiles {
  readonly #folder: string
  /** Folders made for them, innermost first. */
  readonly #ownFolders: readonly string[]
  readonly #written = new Map<string, string>()

  /**
   * Makes the folder (undefined: one that goes again) and looks whether the files can be written. Throws when not;
   * then nothing is left.
   */
  constructor(folder: string | undefined, names: readonly string[], force: boolean) {
    if (folder === undefined) {
      this.#folder = mkdtempSync(join(tmpdir(), 'odfmo-testkit-'))
      this.#ownFolders = [this.#folder]
      return
    }
    this.#folder = folder
    try {
      this.#ownFolders = makeFolders(folder)
      accessSync(folder, constants.W_OK)
    } catch (error) {
      throw new Error(`--dir: nothing can be written to ${folder}: ${messageOf(error)}`, { cause: error })
    }
    const problem = names.map((name) => problemWith(this.#pathOf(name), force)).find(Boolean)
    if (problem === undefined) return
    removeFolders(this.#ownFolders)
    throw new Error(problem)
  }

  /** Answers the path. */
  write(cluster: Cluster): string {
    const path = this.#pathOf(cluster.name)
    const text = markOf(process.pid) + cluster.kubeconfig()
    // never through what is there: its mode would stay, and a link would lead elsewhere
    rmSync(path, { force: true })
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
    this.#written.set(path, text)
    return path
  }

  /** Takes away what is still as it was written, and the folders that were made when nothing else is in them. */
  remove(): void {
    for (const [path, text] of this.#written) {
      if (existsSync(path) && readFileSync(path, 'utf8') === text) rmSync(path)
    }
    removeFolders(this.#ownFolders)
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}.kubeconfig`)
  }
}
