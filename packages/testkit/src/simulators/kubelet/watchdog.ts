import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'

/**
 * A shell of its own process group that knows which processes run, and ends them when its input closes: so nothing
 * outlives the process that started it, even when that is killed hard. Lines: `+PID`, `-PID`.
 */
const script = `
trap '' INT TERM HUP
running=' '
while read -r line; do
  pid=\${line#?}
  case $line in
    +*) running="$running$pid " ;;
    -*) running="\${running%% $pid *} \${running#* $pid }" ;;
  esac
done
for pid in $running; do kill -s TERM -- "-$pid"; done
for second in 1 2 3; do
  left=
  for pid in $running; do kill -s 0 -- "-$pid" && left=yes; done
  [ -z "$left" ] && exit
  sleep 1
done
for pid in $running; do kill -s KILL -- "-$pid"; done
`

/** Ends process groups when this process is gone. */
export class Watchdog {
  readonly #shell: ChildProcess
  readonly #pids = new Set<number>()
  readonly #killAll = (): void => {
    for (const pid of this.#pids) killGroup(pid, 'SIGKILL')
  }

  constructor() {
    this.#shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
    this.#shell.unref()
    this.#shell.stdin?.on('error', () => undefined)
    // The shell's pipe must not keep this process alive.
    const pipe = this.#shell.stdin as unknown as { unref?: () => void }
    pipe.unref?.()
    process.once('exit', this.#killAll)
  }

  guard(pid: number): void {
    this.#pids.add(pid)
    this.#shell.stdin?.write(`+${pid}\n`)
  }

  release(pid: number): void {
    this.#pids.delete(pid)
    this.#shell.stdin?.write(`-${pid}\n`)
  }

  async stop(): Promise<void> {
    process.removeListener('exit', this.#killAll)
    const ended = new Promise((resolve) => {
      this.#shell.once('close', resolve)
      if (this.#shell.exitCode !== null || this.#shell.pid === undefined) resolve(undefined)
    })
    this.#shell.ref()
    this.#shell.stdin?.end()
    await ended
  }
}

/** Signals a process and what it started; one that is gone already is no error. */
export const killGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
