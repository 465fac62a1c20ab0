import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import path from 'node:path'
import { checkGo, goIn } from './go.ts'
import type { Go } from './go.ts'

/** What a control plane is made of, and the packages of the pinned module that they are built from. */
const packages: Readonly<Record<string, string>> = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
}

/** Where a binary of Kubernetes keeps its version: the server's own, and the one in user agents. */
const versionPackages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']

export interface BuildOptions {
  /** Folder of the Go module that pins what is built. */
  readonly module: string
  /** Where the programs go. */
  readonly target: string
  readonly signal: AbortSignal
  /** Takes a line about what is done now. */
  readonly report: (line: string) => void
  /** Milliseconds; for the lines. */
  readonly now: () => number
}

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Without them `/version` says v0.0.0, and clients that read it are led astray. */
const linkerFlags = async (go: Go): Promise<string> => {
  const { Version, Time } = JSON.parse(await go.run('list', '-m', '-json', 'k8s.io/kubernetes')) as {
    Version: string
    Time: string
  }
  const [major = '', minor = ''] = Version.replace(/^v/, '').split('.')
  const variables = {
    gitVersion: Version,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    buildDate: Time,
  }
  const settings = versionPackages.flatMap((where) =>
    Object.entries(variables).map(([name, value]) => `-X ${where}.${name}=${value}`),
  )
  return ['-s', '-w', ...settings].join(' ')
}

const neededGo = (module: string): string =>
  /^go (\S+)$/m.exec(readFileSync(path.join(module, 'go.mod'), 'utf8'))?.[1] ?? '0'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** What builders that were killed have left beside the target. */
const removeLeftovers = (target: string): void => {
  const folder = path.dirname(target)
  const prefix = `${path.basename(target)}.part-`
  for (const entry of existsSync(folder) ? readdirSync(folder) : []) {
    const pid = entry.startsWith(prefix) ? Number(entry.slice(prefix.length)) : Number.NaN
    if (Number.isInteger(pid) && !isAlive(pid))
      rmSync(path.join(folder, entry), { recursive: true, force: true })
  }
}

/** Makes the finished programs the target's: all at once, or one by one where it is there already. */
const publish = (part: string, target: string): void => {
  try {
    renameSync(part, target)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
    // somebody else's, or our last time's: what is there is never taken away from who runs it
    for (const name of readdirSync(part))
      if (!isProgram(path.join(target, name))) renameSync(path.join(part, name), path.join(target, name))
  }
}

/**
 * Builds the programs that `target` does not have, from the modules that go.sum vouches for. Several may build at once:
 * each does so beside the target. Throws BuildError without Go, with one that is too old, and with what Go said.
 */
export const buildPrograms = async (options: BuildOptions): Promise<void> => {
  const { module, target, signal, report, now } = options
  const names = Object.keys(packages).filter((name) => !isProgram(path.join(target, name)))
  const go = goIn(module, signal)
  await checkGo(go, neededGo(module))
  removeLeftovers(target)
  const part = `${target}.part-${process.pid}`
  mkdirSync(part, { recursive: true })
  try {
    report('getting the Go modules …')
    const flags = await linkerFlags(go)
    for (const [at, name] of names.entries()) {
      const begun = now()
      report(`building ${name} (${at + 1} of ${names.length}) …`)
      const output = path.join(part, name)
      await go.run(
        'build',
        '-mod=readonly',
        '-trimpath',
        '-ldflags',
        flags,
        '-o',
        output,
        packages[name] ?? '',
      )
      report(`built ${name} in ${((now() - begun) / 1_000).toFixed(1)} s`)
    }
    publish(part, target)
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}
