import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { ClientCommand, GetsAnswer, HeardAnswer, MemoryAnswer, ReadyAnswer } from './client-loop.ts'

/** No answer takes so long on any machine. */
const patienceMs = 60_000

/** How a client of the comparison is started; its last argument, the kubeconfig, is added. */
export interface ClientProgram {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
}

/** A client in a process of its own. */
export class ClientProcess {
  readonly #name: string
  readonly #process: ChildProcessWithoutNullStreams
  readonly #lines: string[] = []
  #ended = false
  #wake: () => void = () => undefined

  private constructor({ name, command, args }: ClientProgram, kubeconfig: string) {
    this.#name = name
    this.#process = spawn(command, [...args, kubeconfig], { stdio: 'pipe' })
    this.#process.stderr.pipe(process.stderr)
    // Its end is told below.
    this.#process.stdin.on('error', () => undefined)
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#lines.push(line)
      this.#wake()
    })
    for (const event of ['exit', 'error'])
      this.#process.once(event, () => {
        this.#ended = true
        this.#wake()
      })
  }

  /** Resolves when it waits for commands. */
  static async start(program: ClientProgram, kubeconfig: string): Promise<ClientProcess> {
    const client = new ClientProcess(program, kubeconfig)
    await client.#next<ReadyAnswer>()
    return client
  }

  memory(): Promise<MemoryAnswer> {
    return this.#ask({ do: 'memory' })
  }

  gets(count: number): Promise<GetsAnswer> {
    return this.#ask({ do: 'gets', count })
  }

  /** Starts the informer; resolves when so many objects were heard of. */
  async sync(count: number): Promise<HeardAnswer> {
    await this.#ask<ReadyAnswer>({ do: 'sync', count })
    return this.#next()
  }

  /** Resolves when it counts; what that resolves with, when it has counted so many events. */
  async hear(count: number): Promise<{ readonly all: Promise<HeardAnswer> }> {
    await this.#ask<ReadyAnswer>({ do: 'hear', count })
    return { all: this.#next<HeardAnswer>() }
  }

  stop(): void {
    this.#process.kill('SIGKILL')
  }

  #ask<A>(command: ClientCommand): Promise<A> {
    this.#process.stdin.write(`${JSON.stringify(command)}\n`)
    return this.#next<A>()
  }

  async #next<A>(): Promise<A> {
    const timer = setTimeout(() => this.stop(), patienceMs)
    try {
      while (this.#lines.length === 0) {
        if (this.#ended) throw new Error(`${this.#name}: its process ended, or did not answer in time`)
        await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      clearTimeout(timer)
    }
    return JSON.parse(this.#lines.shift() ?? '') as A
  }
}
