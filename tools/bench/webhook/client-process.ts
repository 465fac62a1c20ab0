import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import type { LoadFigures, LoadJob } from './load-process.ts'
import { nodeOn } from './pinned.ts'

/** The process that asks, on the clients' core. */
export class ClientProcess {
  readonly #process: ChildProcess

  constructor() {
    const { command, args } = nodeOn(1, [
      '--conditions=@odfmo/source',
      path.join(import.meta.dirname, 'load-process.ts'),
    ])
    this.#process = spawn(command, [...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  }

  load(job: LoadJob): Promise<LoadFigures> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('the client of the benchmark ended'))
      this.#process.once('exit', ended).once('message', (figures) => {
        this.#process.off('exit', ended)
        resolve(figures as LoadFigures)
      })
      this.#process.send(job)
    })
  }

  end(): void {
    if (this.#process.connected) this.#process.disconnect()
  }
}
