import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { systemClock } from '../clock/clock.ts'
import { ControlPlaneError } from './control-plane-error.ts'

export interface GuardedProgram {
  /** For errors: `kube-apiserver of hub`. */
  readonly title: string
  readonly path: string
  readonly args: readonly string[]
  /**
   * Made by the watcher, so that there is no moment at which it is there and nobody would remove it: removed when this
   * process dies without having stopped the program.
   */
  readonly folder?: string
  /** Until it is killed after it was asked to end; 10,000 when absent. */
  readonly stopTimeoutMs?: number
  /** Hears every line of standard output, which is then no part of the log. */
  readonly onLine?: (line: string) => void
}

const keptLines = 50

const defaultStopTimeoutMs = 10_000
/** As a shell tells of SIGKILL. */
const killedExitCode = 137

/**
 * Runs the program beside a watcher that holds the other end of our pipe: a line on it is a signal for the program, its
 * end means that we are gone, whatever became of us, and then program, folder and this shell go too. The folder goes
 * twice: programs of other guards, killed at the same time, may still have been writing to it. The watcher is not to be
 * stopped any more then, though the shell that waits for the program does so when the program has ended.
 */
const guardScript = `
folder=$1
shift
[ -z "$folder" ] || mkdir -p -m 700 "$folder"
"$@" 3<&- &
program=$!
(
  exec 0<&3 1>&- 2>&-
  while read -r signal; do kill -s "$signal" "$program"; done
  trap '' TERM
  kill -s KILL "$program"
  if [ -n "$folder" ]; then
    rm -rf "$folder"
    sleep 1
    rm -rf "$folder"
  fi
  kill -s KILL 0
) &
watcher=$!
wait "$program"
code=$?
kill "$watcher"
exit "$code"
`

/** A program that cannot outlive this process. */
export class GuardedProcess {
  /** Rejects when the program ends by itself, with the end of its log; never resolves. */
  readonly died: Promise<never>
  readonly #program: GuardedProgram
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  readonly #log: string[] = []
  #isStopping = false
  #death: ControlPlaneError | undefined

  constructor(program: GuardedProgram) {
    this.#program = program
    // detached: its own process group, which a Ctrl-C of the terminal does not reach before us
    this.#child = spawn(
      '/bin/sh',
      ['-c', guardScript, 'sh', program.folder ?? '', program.path, ...program.args],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        detached: true,
      },
    )
    // The shell is gone: `ended` tells. And only a stream that is read notices its end.
    this.#pipe.on('error', () => undefined)
    ;(this.#child.stdio[3] as Readable).resume()
    const keep = (line: string): void => {
      this.#log.push(line)
      if (this.#log.length > keptLines) this.#log.shift()
    }
    forEachLine(this.#child.stdout, program.onLine ?? keep)
    forEachLine(this.#child.stderr, keep)
    // Nobody waits for the program any more when it was the shell that somebody killed.
    this.#child.once('exit', () => this.#killGroup())
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => resolve())
      this.#child.once('error', (error) => {
        keep(String(error))
        resolve()
      })
    })
    this.died = this.#ended.then(() => {
      // a promise that nobody needs any more once the program was stopped on purpose
      if (this.#isStopping && !this.#wasKilledByOthers) return new Promise<never>(() => undefined)
      this.#death = this.#deathOf()
      return Promise.reject(this.#death)
    })
    this.died.catch(() => undefined) // whoever waits for readiness hears of it
  }

  get title(): string {
    return this.#program.title
  }

  /** Why it is no longer there, when nobody stopped it. */
  get death(): ControlPlaneError | undefined {
    return this.#death
  }

  /** The last lines that it wrote. */
  get log(): readonly string[] {
    return this.#log
  }

  /** Asks it to end, kills it when it does not, and resolves when it is gone. */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#child
    // it may have ended by itself, and only its streams are still open
    if (exitCode === null && signalCode === null) this.#isStopping = true
    if (this.#pipe.writable) this.#pipe.write('TERM\n')
    const cancel = systemClock.after(this.#program.stopTimeoutMs ?? defaultStopTimeoutMs, () =>
      this.#killGroup(),
    )
    await this.#ended
    cancel()
  }

  /** Shortly before it was asked to end, so that we had not heard of it yet. */
  get #wasKilledByOthers(): boolean {
    return this.#child.exitCode === killedExitCode
  }

  get #pipe(): Writable {
    return this.#child.stdio[3] as Writable
  }

  #killGroup(): void {
    const { pid } = this.#child
    if (pid === undefined) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // nobody is left in it
    }
  }

  #deathOf(): ControlPlaneError {
    const { exitCode, signalCode } = this.#child
    const how = signalCode === null ? `exit code ${exitCode ?? 'unknown'}` : signalCode
    const last = this.#log.length === 0 ? 'it wrote nothing' : `its last lines:\n${this.#log.join('\n')}`
    return new ControlPlaneError(
      'ODFMO_CONTROL_PLANE_CHILD',
      `${this.#program.title} ended by itself (${how}); ${last}`,
    )
  }
}

const forEachLine = (stream: Readable | null, take: (line: string) => void): void => {
  let rest = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
  stream?.on('end', () => {
    if (rest !== '') take(rest)
  })
}
