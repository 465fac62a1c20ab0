import { fork, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import type { ServerAnswer, ServerCommand } from './bench-server.ts'

/** PEM; certificate and authority in one. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** The server in a process of its own, for one client. */
export class ServerProcess {
  readonly #process: ChildProcess
  readonly #cert: string
  #port = 0

  private constructor(cert: string) {
    this.#cert = cert
    this.#process = fork(path.join(import.meta.dirname, 'bench-server.ts'), {
      execArgv: ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning'],
    })
  }

  static async start({ key, cert }: Certificate, clockRate = 1): Promise<ServerProcess> {
    const server = new ServerProcess(cert)
    server.#port = (await server.ask({ do: 'listen', key, cert, clockRate })).port
    return server
  }

  get kubeconfig(): string {
    const authority = Buffer.from(this.#cert).toString('base64')
    const cluster = { server: `https://127.0.0.1:${this.#port}`, 'certificate-authority-data': authority }
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'bench', cluster }],
      users: [{ name: 'bench', user: { token: 'bench' } }],
      contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
      'current-context': 'bench',
    })
  }

  ask(command: ServerCommand): Promise<ServerAnswer> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('the server of the comparison ended'))
      this.#process.once('exit', ended)
      this.#process.once('message', (answer) => {
        this.#process.off('exit', ended)
        resolve(answer as ServerAnswer)
      })
      this.#process.send(command)
    })
  }

  stop(): void {
    this.#process.kill('SIGKILL')
  }
}
