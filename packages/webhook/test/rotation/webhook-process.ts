import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

const main = path.join(import.meta.dirname, '../../src/main.ts')

/** The service as a process of its own, from its source. */
export class WebhookProcess {
  readonly #process: ChildProcess
  readonly port: number
  /** Its exit code, or the signal that ended it, once it has ended. */
  readonly ended: Promise<number | string>

  private constructor(child: ChildProcess, port: number) {
    this.#process = child
    this.port = port
    this.ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  }

  /** Resolves when it listens and has its certificate. */
  static async start({
    certFile,
    keyFile,
  }: {
    readonly certFile: string
    readonly keyFile: string
  }): Promise<WebhookProcess> {
    const files = [`--tls-cert-file=${certFile}`, `--tls-key-file=${keyFile}`]
    const addresses = [
      '--host=127.0.0.1',
      '--port=0',
      '--metrics-bind-address=0',
      '--health-probe-bind-address=0',
    ]
    const child = spawn(process.execPath, ['--conditions=@odfmo/source', main, ...files, ...addresses], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let port = 0
    let hasCertificate = false
    // The whole log is read, to its end: a full pipe would stop the process.
    const lines = createInterface({ input: child.stdout })
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the webhook ended with ${code}`)))
      lines.on('line', (line) => {
        const { msg, port: taken } = JSON.parse(line) as { readonly msg: string; readonly port?: number }
        if (msg === 'serving admission') port = taken ?? 0
        if (msg === 'took a serving certificate') hasCertificate = true
        if (port !== 0 && hasCertificate) resolve()
      })
    })
    return new WebhookProcess(child, port)
  }

  /** As a kubelet does it. */
  terminate(): void {
    this.#process.kill('SIGTERM')
  }
}
