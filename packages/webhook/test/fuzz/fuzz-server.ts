import { fork, type ChildProcess } from 'node:child_process'
import path from 'node:path'

/** What the server's process says. */
export type FuzzServerAnswer =
  | { readonly is: 'listening'; readonly port: number; readonly ca: string }
  | ({ readonly is: 'held' } & Held)

/** What a server has in its hands. */
export interface Held {
  /** On the heap and in buffers beside it, after a collection of garbage. */
  readonly heapBytes: number
  /** What the process has of the machine's memory. */
  readonly rssBytes: number
  readonly connections: number
}

/** The webhook in a process of its own, its log thrown away. */
export class FuzzServer {
  readonly #process: ChildProcess
  readonly port: number
  /** PEM of the CA of its certificate. */
  readonly ca: string

  private constructor(child: ChildProcess, { port, ca }: { readonly port: number; readonly ca: string }) {
    this.#process = child
    this.port = port
    this.ca = ca
  }

  static async start(): Promise<FuzzServer> {
    const child = fork(path.join(import.meta.dirname, '../fuzz-server-process.ts'), {
      execArgv: ['--conditions=@odfmo/source', '--expose-gc'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const answer = await nextAnswer(child)
    if (answer.is !== 'listening') throw new Error(`the server began with "${answer.is}"`)
    return new FuzzServer(child, answer)
  }

  /** How it ended; undefined while it lives. */
  get end(): string | undefined {
    const { exitCode, signalCode } = this.#process
    return exitCode === null && signalCode === null ? undefined : String(signalCode ?? exitCode)
  }

  /** Asks it; rejects when it has ended. */
  async held(): Promise<Held> {
    const next = nextAnswer(this.#process)
    this.#process.send({})
    const answer = await next
    if (answer.is !== 'held') throw new Error(`the server answered "${answer.is}"`)
    return answer
  }

  async stop(): Promise<void> {
    if (this.end !== undefined) return
    const ended = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()))
    this.#process.disconnect()
    await ended
  }
}

const nextAnswer = (child: ChildProcess): Promise<FuzzServerAnswer> =>
  new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the process of the server ended'))
    child.once('exit', ended).once('message', (message) => {
      child.off('exit', ended)
      resolve(message as FuzzServerAnswer)
    })
  })
