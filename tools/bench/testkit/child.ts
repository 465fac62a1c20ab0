import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import path from 'node:path'

/** A process of the benchmark that is asked and answers, one thing at a time. */
export class Child {
  readonly #process: ChildProcess

  constructor(file: string) {
    this.#process = fork(path.join(import.meta.dirname, file), { execArgv: process.execArgv })
  }

  /** The next message; rejects when the process ends before. */
  next<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('a process of the benchmark ended'))
      this.#process.once('exit', ended)
      this.#process.once('message', (message) => {
        this.#process.off('exit', ended)
        resolve(message as T)
      })
    })
  }

  ask<T>(message: object): Promise<T> {
    const answer = this.next<T>()
    this.#process.send(message)
    return answer
  }

  end(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()))
    this.#process.disconnect()
    return ended
  }
}
