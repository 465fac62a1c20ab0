import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Cluster } from '@odfmo/testkit'
import { hubNamespace } from '../../demo/world/names.ts'
import { shippedRights } from '../../demo/world/hub-controller.ts'
import { tether } from '../managed-cluster.ts'
import { lockFlags } from './release.ts'

export interface HubProcessOptions {
  readonly hub: Cluster
  readonly folder: string
  /** Path of its bundle. */
  readonly program: string
  readonly agentImage: string
}

/** A hub controller as its Deployment would run it: under its own account's rights, one of several replicas. */
export class HubProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  #log = ''

  constructor({ hub, folder, program, agentImage }: HubProcessOptions) {
    const kubeconfig = path.join(mkdtempSync(path.join(folder, 'hub-')), 'kubeconfig')
    writeFileSync(kubeconfig, hub.kubeconfig(shippedRights().identity), { mode: 0o600 })
    const flags = [
      '--metrics-bind-address=0',
      '--health-probe-bind-address=0',
      '--leader-elect',
      ...lockFlags,
    ]
    this.#child = spawn(
      process.execPath,
      ['--import', tether, program, `--kubeconfig=${kubeconfig}`, ...flags],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'], POD_NAMESPACE: hubNamespace, TOKEN_EXCHANGE_IMAGE: agentImage },
      },
    )
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#log += text))
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve))
  }

  /** What it has printed so far. */
  get log(): string {
    return this.#log
  }

  /** Asks it to end, as a rollout does; resolves with its exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    return this.#ended
  }
}
