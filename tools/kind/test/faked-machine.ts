import { execFile, execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const script = path.join(import.meta.dirname, '../fleet.sh')
const fake = path.join(import.meta.dirname, 'fake-program.sh')

/** What the script may use of a machine besides the programs that are faked. */
const ordinary = 'bash cat chmod cksum cut dirname env grep head mkdir mv rm rmdir sed sort touch tr'.split(
  ' ',
)
const faked = ['kind', 'kubectl', 'clusteradm', 'docker', 'podman', 'npm']

export interface ScriptRun {
  readonly code: number
  readonly out: string
  readonly errors: string
  /** `program arguments`, of the fakes, since the run before. */
  readonly calls: readonly string[]
}

/** A machine on which `fleet.sh` finds fakes that note what they are asked and keep what they would have changed. */
export interface FakedMachine {
  /** What the script keeps. */
  readonly folder: string
  readonly run: (...args: readonly string[]) => Promise<ScriptRun>
  /** Takes a program away. */
  readonly uninstall: (program: string) => void
  /** Calls that this describes fail from now on; none when absent. */
  readonly failAt: (call?: RegExp) => void
  /** Other services than before: their images differ. */
  readonly changeSources: () => void
  readonly useKind: (version: string) => void
  readonly engineWorks: (engine: 'docker' | 'podman', works: boolean) => void
  readonly clusters: () => readonly string[]
  readonly images: () => readonly string[]
  /** A cluster that was there before. */
  readonly addCluster: (name: string) => void
  /** What is in the home of who runs it. */
  readonly home: string
  readonly remove: () => void
}

export const fakedMachine = (): FakedMachine => {
  const base = mkdtempSync(path.join(tmpdir(), 'odfmo-fleet-'))
  const [bin, state, home, folder] = ['bin', 'state', 'home', 'fleet'].map((name) =>
    path.join(base, name),
  ) as [string, string, string, string]
  for (const made of [bin, state, home]) mkdirSync(made)
  for (const program of ordinary) symlinkSync(whereIs(program), path.join(bin, program))
  symlinkSync(process.execPath, path.join(bin, 'node'))
  for (const program of faked) symlinkSync(fake, path.join(bin, program))
  const put = (file: string, text: string): void => writeFileSync(path.join(state, file), text)
  const linesOf = (file: string): readonly string[] =>
    readFileSync(path.join(state, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  put('calls', '')
  put('clusters', '')
  put('images', '')
  put('sources', '1')
  put('docker', '')
  put('kind-version', '0.29.0')
  return {
    folder,
    home,
    run: (...args) =>
      new Promise((resolve, reject) => {
        put('calls', '')
        const env = { PATH: bin, HOME: home, FAKE_STATE: state, ODFMO_KIND_FOLDER: folder }
        execFile(path.join(bin, 'bash'), [script, ...args], { env }, (error, out, errors) => {
          if (error !== null && typeof error.code === 'string') reject(error)
          else resolve({ code: Number(error?.code ?? 0), out, errors, calls: linesOf('calls') })
        })
      }),
    uninstall: (program) => rmSync(path.join(bin, program)),
    failAt: (call) =>
      call === undefined ? rmSync(path.join(state, 'fails')) : put('fails', `${call.source}\n`),
    changeSources: () => appendFileSync(path.join(state, 'sources'), '1'),
    useKind: (version) => put('kind-version', version),
    engineWorks: (engine, works) =>
      works ? put(engine, '') : rmSync(path.join(state, engine), { force: true }),
    clusters: () => linesOf('clusters'),
    images: () => linesOf('images'),
    addCluster: (name) => appendFileSync(path.join(state, 'clusters'), `${name}\n`),
    remove: () => rmSync(base, { recursive: true, force: true }),
  }
}

const whereIs = (program: string): string =>
  execFileSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim()
