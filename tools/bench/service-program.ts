import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { root } from '../command/root.ts'
import { freePort } from './free-port.ts'
import { processUsage } from './process-usage.ts'

const lookMs = 20
/** Between two looks at its metrics: it has to make them. */
const metricsLookMs = 100
/** No evaluation for so long: all is in sync. More than a service gathers changes for. */
const stillMs = 1_500
const longestStartMs = 120_000

/** A write as a service logs it. */
export interface LoggedWrite {
  /** When it was answered, ISO. */
  readonly time: string
  /** `patch MirrorPeer` */
  readonly msg: string
  /** The rule that wanted it. */
  readonly derived: string
  readonly subresource?: string
  readonly paths?: readonly string[]
}

export interface ServiceStart {
  /** For people. */
  readonly name: string
  readonly bundle: string
  /** Beside those for probes and metrics. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** For its Node, divided by blanks. */
  readonly nodeOptions?: string | undefined
  /** A file for all that it prints. */
  readonly log: string
}

/** A service as it is shipped, in a process of its own. */
export class ServiceProgram {
  readonly #name: string
  readonly #process: ChildProcess
  readonly #port: number
  readonly #log: string
  /** Milliseconds since the epoch. */
  readonly startedAt = Date.now()
  #asked = false

  private constructor(name: string, child: ChildProcess, port: number, log: string) {
    this.#name = name
    this.#process = child
    this.#port = port
    this.#log = log
  }

  static async start({
    name,
    bundle,
    args,
    env = {},
    nodeOptions = '',
    log,
  }: ServiceStart): Promise<ServiceProgram> {
    const port = await freePort()
    const tether = path.join(root, 'tools/demo/world/tether.mjs')
    const address = `127.0.0.1:${port}`
    const out = openSync(log, 'w')
    const child = spawn(
      process.execPath,
      [
        ...nodeOptions.split(' ').filter((option) => option !== ''),
        ...['--import', tether, bundle, ...args],
        ...[`--metrics-bind-address=${address}`, `--health-probe-bind-address=${address}`],
      ],
      { stdio: ['ignore', out, 'inherit'], env: { ...process.env, ...env } },
    )
    closeSync(out)
    const program = new ServiceProgram(name, child, port, log)
    child.once('exit', (code, signal) => {
      if (program.#asked) return
      process.stderr.write(`${name} ended: ${signal ?? code}\n${readFileSync(log, 'utf8').slice(-2_000)}\n`)
      process.exit(1)
    })
    return program
  }

  /** Milliseconds from its start until it says that it is ready. */
  async ready(): Promise<number> {
    for (;;) {
      const answer = await this.#get('/readyz').catch(() => undefined)
      if (answer?.ok === true) return Date.now() - this.startedAt
      this.#checkTime(this.startedAt)
      await wait(lookMs)
    }
  }

  /** Milliseconds from its start until it leads, and has evaluated all it knows. */
  async inSync(): Promise<number> {
    let last = { evaluations: 0, at: 0 }
    const began = Date.now()
    for (;;) {
      const text = await this.#metrics()
      const at = Date.now() - this.startedAt
      const leads = sum(text, 'leader_election_master_status') === 1
      const evaluations = sum(text, 'odfmo_derived_evaluation_seconds_count')
      const isBusy = sum(text, 'workqueue_depth') > 0 || sum(text, 'workqueue_unfinished_work_seconds') > 0
      if (!leads || evaluations !== last.evaluations || isBusy) last = { evaluations, at }
      else if (at - last.at >= stillMs && evaluations > 0) return last.at
      this.#checkTime(began)
      await wait(metricsLookMs)
    }
  }

  /** How often rules have been evaluated, and how many seconds that took. */
  async evaluations(): Promise<{ readonly count: number; readonly seconds: number }> {
    const text = await this.#metrics()
    return {
      count: sum(text, 'odfmo_derived_evaluation_seconds_count'),
      seconds: sum(text, 'odfmo_derived_evaluation_seconds_sum'),
    }
  }

  usage(): { readonly cpuSeconds: number; readonly residentMiB: number; readonly peakMiB: number } {
    const { cpuSeconds, resident, peak } = processUsage(this.#process.pid)
    return { cpuSeconds, residentMiB: resident / 2 ** 20, peakMiB: peak / 2 ** 20 }
  }

  /** The writes that took effect. */
  writes(): readonly LoggedWrite[] {
    return readFileSync(this.#log, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"outcome":"stored"') || line.includes('"outcome":"gone"'))
      .map((line) => JSON.parse(line) as LoggedWrite)
  }

  /** As a kubelet does it; resolves when it has ended. */
  async stop(): Promise<void> {
    this.#asked = true
    const { exitCode, signalCode } = this.#process
    if (exitCode !== null || signalCode !== null) return
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGTERM')
    const insist = setTimeout(() => this.#process.kill('SIGKILL'), 25_000)
    await ended
    clearTimeout(insist)
  }

  /** Once it serves them; a connection that has stood idle may just be closed. */
  async #metrics(): Promise<string> {
    for (;;) {
      const text = await this.#get('/metrics').then(
        (answer) => answer.text(),
        () => undefined,
      )
      if (text !== undefined) return text
      await wait(lookMs)
    }
  }

  #get(what: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#port}${what}`, { signal: AbortSignal.timeout(10_000) })
  }

  #checkTime(since: number): void {
    if (Date.now() - since > longestStartMs)
      throw new Error(
        `${this.#name} has not come into sync:\n${readFileSync(this.#log, 'utf8').slice(-2_000)}`,
      )
  }
}

/** Of all lines of one metric in Prometheus' text. */
const sum = (text: string, metric: string): number =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
