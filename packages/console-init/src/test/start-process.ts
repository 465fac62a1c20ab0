import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cluster } from '@odfmo/testkit'
import { namespace, serviceAccount } from './console-cluster.ts'

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  /** What it said, logs and complaints. */
  readonly output: string
}

/** The service as a process of its own, from its sources. */
export interface ServiceProcess {
  readonly ended: Promise<Ended>
  /** Resolves when it has said this; rejects when it ended without. */
  says(text: string): Promise<void>
  terminate(): void
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

export const startProcess = async (
  cluster: Cluster | undefined,
  flags: readonly string[],
  env: Readonly<Record<string, string>> = { POD_NAMESPACE: namespace },
): Promise<ServiceProcess> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'odfmo-console-init-'))
  const kubeconfig = path.join(folder, 'kubeconfig')
  const account = { user: serviceAccount, groups: ['system:serviceaccounts'] }
  if (cluster !== undefined) await writeFile(kubeconfig, cluster.kubeconfig(account), { mode: 0o600 })
  const off = ['--metrics-bind-address=0', '--health-probe-bind-address=0']
  const child = spawn(
    process.execPath,
    ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning', main, ...off, ...flags],
    { env: { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfig, ...env } },
  )
  let output = ''
  const heard = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      output += text.toString()
      for (const listener of heard) listener()
    })
  const ended = once(child, 'close').then(async (): Promise<Ended> => {
    await rm(folder, { recursive: true, force: true })
    return { code: child.exitCode, output }
  })
  return {
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        const listener = (): void => {
          if (output.includes(text)) resolve()
        }
        heard.add(listener)
        listener()
        void ended.then(() => reject(new Error(`it ended and never said ${text}: ${output}`)))
      }),
    terminate: () => void child.kill('SIGTERM'),
  }
}
