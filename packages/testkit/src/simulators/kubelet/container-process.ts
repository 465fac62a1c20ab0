import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../../clock/clock.ts'
import { killGroup } from './watchdog.ts'
import type { Watchdog } from './watchdog.ts'

export interface Exit {
  readonly code: number
  readonly signal?: NodeJS.Signals
}

export interface ContainerProcess {
  readonly pid: number
  readonly exited: Promise<Exit>
  signal(signal: NodeJS.Signals): void
  /** SIGTERM, after the grace period SIGKILL; resolves when it has ended. */
  stop(graceMs: number): Promise<Exit>
}

export interface ProcessOptions {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Output is appended. */
  readonly logFile: string
  readonly watchdog: Watchdog
  readonly clock: Clock
}

/** No such program: what a shell answers. */
const cannotStart: Exit = { code: 127 }

/** Starts a process with its output in a file, in a group of its own, guarded by the watchdog. */
export const startProcess = (options: ProcessOptions): ContainerProcess => {
  const { file, args, env, cwd, logFile, watchdog, clock } = options
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(file, args, { cwd, env: { ...env }, stdio: ['ignore', log, log], detached: true })
  closeSync(log)
  const pid = child.pid ?? 0
  if (pid !== 0) watchdog.guard(pid)
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', () => resolve(cannotStart))
    child.once('exit', (code, signal) => {
      if (pid !== 0) {
        killGroup(pid, 'SIGKILL') // what it started goes with it, as in a container
        watchdog.release(pid)
      }
      resolve(signal === null ? { code: code ?? 0 } : { code: 128 + (signalNumbers[signal] ?? 0), signal })
    })
  })
  const signal = (name: NodeJS.Signals): void => {
    if (pid !== 0 && child.exitCode === null && child.signalCode === null) killGroup(pid, name)
  }
  return {
    pid,
    exited,
    signal,
    async stop(graceMs) {
      signal('SIGTERM')
      const insist = clock.after(graceMs, () => signal('SIGKILL'))
      const exit = await exited
      insist()
      return exit
    },
  }
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
}
