import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What cannot be done here, and what to do about it: printed as it is. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
}

/** Never another Go than the one that is here: its download would be a surprise. */
const goEnvironment = { GOTOOLCHAIN: 'local', CGO_ENABLED: '0' }

export interface Go {
  /** Runs `go` with these arguments in the module and answers what it prints. */
  run(...args: readonly string[]): Promise<string>
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-20).join('\n')

/** Runs the `go` of PATH in `module`, until `signal` is aborted. */
export const goIn = (module: string, signal: AbortSignal): Go => ({
  async run(...args) {
    try {
      const { stdout } = await promisify(execFile)('go', [...args], {
        cwd: module,
        env: { ...process.env, ...goEnvironment },
        maxBuffer: 2 ** 26,
        signal,
        killSignal: 'SIGINT', // it then ends what it has started itself
      })
      return stdout
    } catch (error) {
      signal.throwIfAborted()
      const { code, stderr = '' } = error as { code?: unknown; stderr?: string }
      if (code === 'ENOENT')
        throw new BuildError(
          'there is no Go on PATH, and without it the control plane cannot be built.\n' + whatToDo,
          { cause: error },
        )
      throw new BuildError(`go ${args[0] ?? ''} failed in ${module}:\n${lastLines(stderr)}`, { cause: error })
    }
  },
})

const whatToDo =
  'Install Go from https://go.dev/dl/ and run the command again, or set KUBEBUILDER_ASSETS to a folder that has ' +
  'etcd, kube-apiserver, kube-controller-manager and kubectl. Everything else of this repository works without.'

const numbersOf = (version: string): readonly [number, number] => {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? []
  return [Number(major), Number(minor)]
}

/** Throws BuildError when there is no Go, or an older one than the module needs. */
export const checkGo = async (go: Go, needed: string): Promise<void> => {
  const found = (await go.run('env', 'GOVERSION')).trim()
  const [[major, minor], [neededMajor, neededMinor]] = [numbersOf(found), numbersOf(needed)]
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return
  throw new BuildError(
    `Go ${needed} or newer is needed to build the control plane, the one on PATH is ${found}.\n${whatToDo}`,
  )
}
