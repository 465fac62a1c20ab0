import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { firstAnswer } from './first-answer.ts'
import { nodeOn } from './pinned.ts'

const ticksPerSecond = 100
const longestStartMs = 30_000

/** What the system says of a process. */
export interface ProcessUsage {
  readonly cpuSeconds: number
  readonly residentMb: number
  /** The most it ever was. */
  readonly peakMb: number
}

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
      env: { ...process.env, ...env },
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

  usage(): ProcessUsage {
    const file = (name: string): string => readFileSync(`/proc/${this.#process.pid}/${name}`, 'utf8')
    const status = file('status')
    const stat = file('stat')
    // The name stands in parentheses and may have blanks in it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const mb = (field: string): number =>
      (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) * 1024) / 1e6
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      residentMb: mb('VmRSS'),
      peakMb: mb('VmHWM'),
    }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGTERM')
    await ended
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
