import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
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
  await cluster?.writeKubeconfig(kubeconfig, { user: serviceAccount, groups: ['system:serviceaccounts'] })
  const off = ['--metrics-bind-address=0', '--health-probe-bind-address=0']
  const child = spawn(
    process.execPath,
    ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning', main, ...off, ...flags],
    { env: { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfig, ...env } },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => void (output += text.toString()))
  const ended = once(child, 'close').then(async ([code]: [number | null]) => {
    await rm(folder, { recursive: true, force: true })
    return { code, output }
  })
  return { ended, terminate: () => void child.kill('SIGTERM') }
}
