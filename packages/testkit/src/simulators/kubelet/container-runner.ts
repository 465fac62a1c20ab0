import type { Probe } from '@odfmo/api-types'
import type { Clock } from '../../clock/clock.ts'
import { pause } from '../../access/pause.ts'
import type { PodContainer } from '../extra-kinds.ts'
import type { ContainerPhase, ContainerView } from './container-status.ts'
import type { ContainerProcess, Exit } from './container-process.ts'
import { httpProbe } from './http-probe.ts'
import { probeStep, timingOf } from './probe-state.ts'
import type { ProbeState } from './probe-state.ts'
import { crashesAfter, restartDelayMs } from './restart-back-off.ts'
import type { RestartBackOff } from './restart-back-off.ts'

/** What a container did. */
export type ContainerChange =
  /** `ports`: container port → port of this host. */
  | { readonly type: 'started'; readonly pid: number; readonly ports: ReadonlyMap<number, number> }
  | { readonly type: 'ready' | 'unready' | 'unhealthy'; readonly pid: number }
  | { readonly type: 'exited'; readonly pid: number; readonly code: number; readonly signal?: NodeJS.Signals }

export type Start =
  | {
      readonly is: 'started'
      readonly process: ContainerProcess
      readonly ports: ReadonlyMap<number, number>
    }
  | { readonly is: 'waiting'; readonly reason: string; readonly message?: string }

export interface ContainerRunnerOptions {
  readonly container: PodContainer
  readonly clock: Clock
  readonly backOff: RestartBackOff
  readonly graceMs: number
  /** Starts the process, or says what it waits for. */
  readonly start: () => Promise<Start>
  readonly onChange: (change?: ContainerChange) => void
}

/** Before a container that could not be started is tried again; a changed secret tries at once. */
const startAgainMs = 1_000

/** Keeps one container running: starts, probes and restarts it until it is stopped. */
export class ContainerRunner {
  readonly #options: ContainerRunnerOptions
  readonly #stopped = new AbortController()
  #phase: ContainerPhase = { is: 'waiting', reason: 'ContainerCreating' }
  #last: ContainerView['last']
  #restarts = 0
  #crashes = 0
  #process: ContainerProcess | undefined
  #isAskedToRestart = false
  #wake: () => void = () => undefined
  #run: Promise<void> = Promise.resolve()

  constructor(options: ContainerRunnerOptions) {
    this.#options = options
  }

  get view(): ContainerView {
    const { name, image = '' } = this.#options.container
    return { name, image, phase: this.#phase, last: this.#last, restarts: this.#restarts }
  }

  /** Of the running process. */
  get pid(): number | undefined {
    return this.#phase.is === 'running' ? this.#phase.pid : undefined
  }

  begin(): void {
    this.#run = this.#live()
  }

  /** Something it may have waited for is there. */
  wake(): void {
    this.#wake()
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal)
  }

  /** Stops the process gracefully; it is started again at once. */
  restart(): void {
    this.#isAskedToRestart = true
    void this.#process?.stop(this.#options.graceMs)
  }

  /** Resolves when the process has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#wake()
    await this.#process?.stop(this.#options.graceMs)
    await this.#run
  }

  async #live(): Promise<void> {
    const { clock, backOff } = this.#options
    while (!this.#stopped.signal.aborted) {
      const started = await this.#start()
      if (started === undefined) {
        await this.#sleep(startAgainMs)
        continue
      }
      const sinceMs = clock.now()
      const exit = await this.#attend(started)
      this.#ended(sinceMs, exit, started.process.pid)
      if (this.#stopped.signal.aborted) return
      this.#restarts += 1
      this.#crashes = this.#isAskedToRestart ? 0 : crashesAfter(this.#crashes, clock.now() - sinceMs, backOff)
      this.#isAskedToRestart = false
      const delayMs = restartDelayMs(this.#crashes, backOff)
      if (delayMs === 0) continue
      const { name } = this.#options.container
      this.#set({
        is: 'waiting',
        reason: 'CrashLoopBackOff',
        message: `back-off ${delayMs} ms restarting failed container ${name}`,
      })
      await pause(clock, delayMs, this.#stopped.signal)
    }
  }

  async #start(): Promise<Extract<Start, { is: 'started' }> | undefined> {
    let start: Start
    try {
      start = await this.#options.start()
    } catch (error) {
      start = {
        is: 'waiting',
        reason: 'CreateContainerError',
        message: error instanceof Error ? error.message : String(error),
      }
    }
    if (start.is === 'waiting') {
      const { is, reason, message } = start
      this.#set({ is, reason, ...(message === undefined ? {} : { message }) })
      return undefined
    }
    // Stopped while it was being started.
    if (this.#stopped.signal.aborted) await start.process.stop(this.#options.graceMs)
    return start
  }

  /** From the start of the process to its end, with its probes. */
  async #attend({ process, ports }: Extract<Start, { is: 'started' }>): Promise<Exit> {
    const { container, clock, onChange } = this.#options
    this.#process = process
    const isReady = container.readinessProbe?.httpGet === undefined
    this.#phase = { is: 'running', sinceMs: clock.now(), isReady, pid: process.pid }
    onChange({ type: 'started', pid: process.pid, ports })
    if (isReady) onChange({ type: 'ready', pid: process.pid })
    const ended = new AbortController()
    const probing = this.#probeAll(process, ports, ended.signal)
    const exit = await process.exited
    ended.abort()
    this.#process = undefined
    await probing
    return exit
  }

  /** The startup probe holds the others back until it passes. */
  async #probeAll(
    process: ContainerProcess,
    ports: ReadonlyMap<number, number>,
    signal: AbortSignal,
  ): Promise<void> {
    const { container, onChange, graceMs } = this.#options
    const { startupProbe, readinessProbe, livenessProbe } = container
    const fail = (): void => {
      if (signal.aborted) return
      onChange({ type: 'unhealthy', pid: process.pid })
      void process.stop(graceMs)
    }
    const started = new AbortController()
    const isOver = AbortSignal.any([started.signal, signal])
    await this.#probe(startupProbe, ports, false, isOver, ({ isPassing, failures }) => {
      if (isPassing) started.abort()
      else if (failures === timingOf(startupProbe ?? {}).failureThreshold) fail()
    })
    await Promise.all([
      this.#probe(readinessProbe, ports, false, signal, ({ isPassing }) =>
        this.#setReady(isPassing, process.pid),
      ),
      this.#probe(livenessProbe, ports, true, signal, ({ isPassing }) => {
        if (!isPassing) fail()
      }),
    ])
  }

  async #probe(
    probe: Probe | undefined,
    ports: ReadonlyMap<number, number>,
    isPassing: boolean,
    signal: AbortSignal,
    onState: (state: ProbeState) => void,
  ): Promise<void> {
    if (probe?.httpGet === undefined) return
    const { clock } = this.#options
    const { initialDelayMs, periodMs, timeoutMs, failureThreshold } = timingOf(probe)
    const port = this.#hostPort(probe.httpGet.port, ports)
    let state: ProbeState = { isPassing, failures: 0 }
    await pause(clock, initialDelayMs, signal)
    while (!signal.aborted) {
      const succeeded = await httpProbe(probe, port, timeoutMs)
      if (signal.aborted) return
      state = probeStep(state, succeeded, failureThreshold)
      onState(state)
      await pause(clock, periodMs, signal)
    }
  }

  #hostPort(port: number | string, ports: ReadonlyMap<number, number>): number {
    const declared = this.#options.container.ports?.find(({ name }) => name === port)?.containerPort
    const containerPort = typeof port === 'number' ? port : (declared ?? 0)
    return ports.get(containerPort) ?? containerPort
  }

  #setReady(isReady: boolean, pid: number): void {
    if (this.#phase.is !== 'running' || this.#phase.isReady === isReady) return
    this.#phase = { ...this.#phase, isReady }
    this.#options.onChange({ type: isReady ? 'ready' : 'unready', pid })
  }

  #ended(sinceMs: number, exit: Exit, pid: number): void {
    const phase = { is: 'ended', sinceMs, atMs: this.#options.clock.now(), exit } as const
    this.#phase = phase
    this.#last = phase
    const { code, signal } = exit
    this.#options.onChange({ type: 'exited', pid, code, ...(signal === undefined ? {} : { signal }) })
  }

  #set(phase: ContainerPhase): void {
    const before = this.#phase
    this.#phase = phase
    const isSame =
      before.is === 'waiting' &&
      phase.is === 'waiting' &&
      before.reason === phase.reason &&
      before.message === phase.message
    if (!isSame) this.#options.onChange()
  }

  async #sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
      if (this.#stopped.signal.aborted) this.#wake()
    })
  }
}
