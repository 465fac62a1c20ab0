import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AnswerReader } from './answer-reader.ts'
import type { ReceivedAnswer } from './answer-problem.ts'

/** The server has no reason to wait for anything; a busy machine has. */
const patienceMs = 120_000

/** Where the server is. */
export interface Address {
  readonly port: number
  readonly ca: string
}

/** A connection to the server over which bytes go by hand. */
export class Connection {
  readonly #socket: Socket
  readonly #reader = new AnswerReader()
  readonly #answers: ReceivedAnswer[] = []
  #closed = false
  #error: Error | undefined
  #changed: () => void = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    const change = (): void => this.#changed()
    socket.on('data', (chunk: Buffer) => {
      this.#answers.push(...this.#reader.take(chunk))
      change()
    })
    socket.on('error', (error) => (this.#error = error))
    socket.on('close', () => {
      this.#closed = true
      change()
    })
  }

  static open({ port, ca }: Address, isPlain = false): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const target = { host: '127.0.0.1', port }
      const socket: Socket = isPlain
        ? connectPlain(target)
        : connectTls({ ...target, ca, ALPNProtocols: ['http/1.1'] })
      socket.setNoDelay(true)
      socket.once('error', reject)
      socket.once(isPlain ? 'connect' : 'secureConnect', () => {
        socket.off('error', reject)
        resolve(new Connection(socket))
      })
    })
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket.writable
  }

  /** Why it was cut off, if it was. */
  get error(): Error | undefined {
    return this.#error
  }

  /** How many bytes of an answer came that is not whole. */
  get rest(): number {
    return this.#reader.rest
  }

  send(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes)
  }

  /** Nothing more is sent. */
  end(): void {
    this.#socket.end()
  }

  /** Goes away. */
  cut(): void {
    this.#socket.destroy()
  }

  /** The next answers, as soon as there are `count`, or fewer when the server closes. Throws when it does neither. */
  async answers(count: number): Promise<readonly ReceivedAnswer[]> {
    if (this.#answers.length < count && !this.#closed) await this.#until(() => this.#answers.length >= count)
    return this.#answers.splice(0, count)
  }

  /** All answers until the server has closed. Throws when it does not. */
  closed(): Promise<readonly ReceivedAnswer[]> {
    return this.answers(Number.POSITIVE_INFINITY)
  }

  #until(isDone: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.cut()
        reject(new Error(`the server neither answered nor closed within ${patienceMs / 1000} s`))
      }, patienceMs)
      this.#changed = () => {
        if (!isDone() && !this.#closed) return
        clearTimeout(timer)
        this.#changed = () => {}
        resolve()
      }
    })
  }
}
