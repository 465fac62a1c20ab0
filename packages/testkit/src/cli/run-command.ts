import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter } from 'node:path'
import type { RunningCluster } from '../up.ts'
import { commandGuard } from './command-guard.ts'
import type { EndingSignal } from './until-told.ts'

/** As shells say it: a program that cannot be found, or not be run. */
const notFoundExitCode = 127
const notRunnableExitCode = 126

/** `TESTKIT_KUBECONFIG_CLUSTER_1` */
const variableOf = (name: string): string => `TESTKIT_KUBECONFIG_${name.toUpperCase().replaceAll('-', '_')}`

export interface CommandSurroundings {
  readonly clusters: readonly RunningCluster[]
  /** Goes with this process, even when that is killed; empty for none. */
  readonly ownFolder: string
  /** Resolves when the command shall end. */
  readonly told: Promise<EndingSignal>
}

/**
 * Runs a command with KUBECONFIG set to the files of all clusters, and TESTKIT_KUBECONFIG_NAME to that of each; a signal
 * that tells us to end is passed on to it. Resolves with its exit code, 128 and more after a signal, as a shell tells it.
 * It does not outlive this process.
 */
export const runCommand = (
  [program = '', ...args]: readonly string[],
  { clusters, ownFolder, told }: CommandSurroundings,
): Promise<number> =>
  new Promise((resolve) => {
    const guard = commandGuard(ownFolder)
    const child = spawn(program, args, {
      stdio: 'inherit',
      env: {
        ...process.env,
        ...Object.fromEntries(clusters.map(({ name, kubeconfig }) => [variableOf(name), kubeconfig])),
        KUBECONFIG: clusters.map(({ kubeconfig }) => kubeconfig).join(delimiter),
      },
    })
    if (child.pid !== undefined) guard.watch(child.pid)
    void told.then((signal) => child.kill(signal ?? 'SIGTERM'))
    child.on('error', (error: NodeJS.ErrnoException) => {
      guard.release()
      process.stderr.write(`${program} cannot be run: ${error.message}\n`)
      resolve(error.code === 'ENOENT' ? notFoundExitCode : notRunnableExitCode)
    })
    child.on('exit', (code, signal) => {
      guard.release()
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM'])
    })
  })
