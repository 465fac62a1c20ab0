import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { freePort } from '../free-port.ts'
import { processUsage } from '../process-usage.ts'
import { setTimeout as wait } from 'node:timers/promises'
import { firstAnswer } from './first-answer.ts'
import { nodeOn } from './pinned.ts'

const longestStartMs = 30_000

/** How a server is started. */
export interface ServerWish {
  /** The program and its arguments, by the port that it shall take. */
  readonly program: (port: number) => readonly string[]
  readonly ca: string
  readonly log: string
  readonly env?: Readonly<Record<string, string>>
}

/** A server in a process of its own, on the server's core. */
export class ServerProgram {
  readonly #process: ChildProcess
  readonly port: number
  /** From just before the process was started until a review was answered over TLS. */
  readonly startMs: number

  private constructor(child: ChildProcess, port: number, startMs: number) {
    this.#process = child
    this.port = port
    this.startMs = startMs
  }

  static async start({ program, ca, log, env = {} }: ServerWish): Promise<ServerProgram> {
    const port = await freePort()
    const { command, args } = nodeOn(0, program(port))
    const out = openSync(log, 'a')
    const beganAt = performance.now()
    const child = spawn(command, [...args], {
      stdio: ['ignore', out, 'inherit'],
      // Authorities that this machine adds for its own clients would be read, and held, by a server too.
      env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined, ...env },
    })
    const end = (): void => void child.kill('SIGKILL')
    closeSync(out)
    process.once('exit', end)
    child.once('exit', () => process.off('exit', end))
    const failed = (): never => {
      child.kill('SIGKILL')
      throw new Error(`a server did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`)
    }
    while (!(await firstAnswer(port, ca))) {
      if (child.exitCode !== null || performance.now() - beganAt > longestStartMs) failed()
      await wait(1)
    }
    return new ServerProgram(child, port, performance.now() - beganAt)
  }

  usage(): { readonly cpuSeconds: number; readonly residentMb: number; readonly peakMb: number } {
    const { cpuSeconds, resident, peak } = processUsage(this.#process.pid)
    return { cpuSeconds, residentMb: resident / 1e6, peakMb: peak / 1e6 }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGTERM')
    await ended
  }
}
