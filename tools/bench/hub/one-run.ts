import { mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { Child } from '../testkit/child.ts'
import type { Answers, Call, HubProvider, HubRequests, Reply } from './calls.ts'
import type { LoggedWrite, ServiceProgram } from '../service-program.ts'
import { startHubProgram } from './hub-program.ts'
import { isLeaseOrEvent } from './hub-requests.ts'

/** Which run it is, and of what. */
export interface Run {
  readonly provider: HubProvider
  readonly mirrorPeers: number
  readonly manageS3: boolean
  /** The hub's program. */
  readonly bundle: string
  readonly folder: string
}

/** What one exchange took: the counts of a run. */
export interface Exchange {
  readonly exchangedMs: number
  readonly lastWriteMs: number
  readonly cpuSeconds: number
  readonly idleMiB: number
  readonly peakMiB: number
  readonly readyMs: number
  readonly firstWriteMs: number
  /** Before a MirrorPeer was there they are not counted. `verb resource` → how many. */
  readonly requests: Readonly<Record<string, number>>
  readonly writes: readonly LoggedWrite[]
  readonly evaluations: number
  readonly evaluationSeconds: number
  readonly content: Answers['content']
}

/** What was measured after it. */
export interface Afterwards {
  readonly rotateMs: readonly number[]
  /** Of writes that nobody acts on, between them. */
  readonly bareMs: readonly number[]
  readonly restartMs: number
  readonly restartWrites: number
  readonly restartRequests: number
  /** From the start of a hub, which finds one blue secret changed, until it is green. */
  readonly firstWriteAfterRestartMs: number
}

/** What a hub asked for while nothing happened. */
export interface Quiet {
  readonly perMinute: number
  /** Of that, what was no renewal of its lease, by `verb resource`. */
  readonly others: Readonly<Record<string, number>>
  readonly residentMiB: number
}

export interface Removal {
  readonly goneMs: number
  readonly lastWriteMs: number
  readonly requests: Readonly<Record<string, number>>
  readonly peakMiB: number
  readonly cpuSeconds: number
}

const reading = new Set(['get', 'list', 'watch'])
export const isRead = (what: string): boolean => reading.has(what.split(' ')[0] ?? '')
/** A write that counts. */
export const isWrite = (what: string): boolean => !isRead(what) && !isLeaseOrEvent(what.split(' ')[1] ?? '')

export const total = (
  requests: Readonly<Record<string, number>>,
  of: (what: string) => boolean = () => true,
): number => Object.entries(requests).reduce((sum, [what, count]) => sum + (of(what) ? count : 0), 0)

const since = (before: HubRequests, after: HubRequests): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(after.counts)
      .map(([what, count]) => [what, count - (before.counts[what] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  )

const rotations = 50
/** Until the memory of a start has settled. */
const idleMs = 3_000

/** A hub cluster with a hub controller on it, in processes of their own. */
export class HubRun {
  readonly #run: Run
  readonly #cluster = new Child('../hub/cluster-process.ts')
  #kubeconfig = ''
  #hub: ServiceProgram | undefined
  #starts = 0
  #quietSince: { readonly at: number; readonly requests: HubRequests } | undefined

  constructor(run: Run) {
    this.#run = run
  }

  /** From an empty hub to all exchanged. */
  async exchange(): Promise<Exchange> {
    const { provider, mirrorPeers: pairs, manageS3 } = this.#run
    this.#kubeconfig = (await this.#ask({ call: 'start', provider })).kubeconfig
    await this.#ask({ call: 'clusters', pairs })
    const hub = await this.#start()
    const readyMs = await hub.ready()
    await hub.inSync()
    await wait(idleMs)
    const idle = hub.usage()
    const before = await this.#ask({ call: 'requests' })
    const evaluatedBefore = await hub.evaluations()
    const writesBefore = hub.writes().length
    const { beganAt, exchangedMs, lastWriteMs } = await this.#ask({ call: 'exchange', pairs, manageS3 })
    const after = hub.usage()
    const requests = since(before, await this.#ask({ call: 'requests' }))
    const writes = hub.writes().slice(writesBefore)
    const evaluated = await hub.evaluations()
    return {
      exchangedMs,
      lastWriteMs,
      readyMs,
      firstWriteMs: Date.parse(writes[0]?.time ?? '') - beganAt,
      cpuSeconds: after.cpuSeconds - idle.cpuSeconds,
      idleMiB: idle.residentMiB,
      peakMiB: after.peakMiB,
      requests,
      writes,
      evaluations: evaluated.count - evaluatedBefore.count,
      evaluationSeconds: evaluated.seconds - evaluatedBefore.seconds,
      content: await this.#ask({ call: 'content' }),
    }
  }

  /** Rotation of keys, and two restarts. */
  async afterwards(): Promise<Afterwards> {
    const { mirrorPeers: pairs } = this.#run
    const { ms: rotateMs, bareMs } = await this.#ask({ call: 'rotate', times: rotations, pairs })
    await this.#ask({ call: 'lastWrite' })

    await this.#hub?.stop()
    const before = await this.#ask({ call: 'requests' })
    const restarted = await this.#start()
    const restartMs = await restarted.inSync()
    const requests = since(before, await this.#ask({ call: 'requests' }))

    await restarted.stop()
    await this.#ask({ call: 'change' })
    const again = await this.#start()
    const { at } = await this.#ask({ call: 'green' })
    return {
      rotateMs,
      bareMs,
      restartMs,
      restartWrites: total(requests, isWrite),
      restartRequests: total(requests),
      firstWriteAfterRestartMs: at - again.startedAt,
    }
  }

  /** From now on nothing happens; other runs may be measured meanwhile. */
  async rest(): Promise<void> {
    await this.#hub?.inSync()
    this.#quietSince = { requests: await this.#ask({ call: 'requests' }), at: performance.now() }
  }

  /** What has been asked for since then, when at least `ms` have passed. */
  async quiet(ms: number): Promise<Quiet> {
    const from = this.#quietSince
    if (from === undefined || this.#hub === undefined) throw new Error('it has not begun to rest')
    await wait(Math.max(0, from.at + ms - performance.now()))
    const requests = since(from.requests, await this.#ask({ call: 'requests' }))
    const minutes = (performance.now() - from.at) / 60_000
    const others = Object.entries(requests).filter(([what]) => !what.endsWith(' leases.coordination.k8s.io'))
    return {
      perMinute: total(requests) / minutes,
      others: Object.fromEntries(others),
      residentMiB: this.#hub.usage().residentMiB,
    }
  }

  /** All MirrorPeers at once. */
  async remove(): Promise<Removal> {
    const hub = this.#hub
    if (hub === undefined) throw new Error('no hub runs')
    const before = await this.#ask({ call: 'requests' })
    const cpuBefore = hub.usage().cpuSeconds
    const { goneMs, lastWriteMs } = await this.#ask({ call: 'remove' })
    const requests = since(before, await this.#ask({ call: 'requests' }))
    const { cpuSeconds, peakMiB } = hub.usage()
    return {
      goneMs,
      lastWriteMs,
      requests,
      peakMiB,
      cpuSeconds: cpuSeconds - cpuBefore,
    }
  }

  async end(): Promise<void> {
    await this.#hub?.stop()
    await this.#cluster.end()
  }

  async #start(): Promise<ServiceProgram> {
    const { bundle, folder } = this.#run
    this.#starts += 1
    // In a folder of its own: the hub looks at it anew whenever something in there changes, as a log does all the time.
    mkdirSync(`${folder}/access`, { recursive: true })
    const kubeconfig = `${folder}/access/kubeconfig`
    writeFileSync(kubeconfig, this.#kubeconfig, { mode: 0o600 })
    this.#hub = await startHubProgram({ bundle, kubeconfig, log: `${folder}/hub-${this.#starts}.log` })
    return this.#hub
  }

  async #ask<C extends Call>(call: C): Promise<Answers[C['call']]> {
    return (await this.#cluster.ask<Reply<C['call']>>(call)).answer
  }
}
