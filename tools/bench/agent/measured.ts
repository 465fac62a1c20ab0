import { loadavg } from 'node:os'
import { AgentRun, type ManyAtOnce, type Run } from './one-run.ts'
import type { Answers, Counts, Exchange } from './calls.ts'

export interface Plan extends Run {
  /** Numbers of secrets that are nobody's, growing. */
  readonly unrelated: readonly number[]
}

/** MiB of an agent beside so many secrets that are nobody's. */
export interface Beside {
  readonly secrets: number
  /** After they have been created while it ran. */
  readonly meanwhile: number
  /** Of another process, which has found them there. */
  readonly restarted: number
}

export interface Figures {
  readonly provider: Run['provider']
  readonly exchange: Exchange
  /** Of one agent, from its start to the end of the exchange. */
  readonly exchangeRequests: Counts
  readonly firstCopyMs: readonly number[]
  /** Without Node's cache of compiled code, as in a container that was never started before. */
  readonly firstCopyColdMs: readonly number[]
  readonly inSyncMs: readonly number[]
  /** MiB, of restarted agents at rest. */
  readonly idle: readonly number[]
  /** Seconds of CPU until then. */
  readonly startCpuSeconds: number
  readonly quiet: { readonly minutes: number; readonly requests: Readonly<Record<string, Counts>> }
  readonly rotation: Answers['rotate']
  readonly elsewhere: readonly Beside[]
  readonly sameNamespace: readonly Beside[]
  readonly many: {
    readonly mirrorPeers: number
    /** From the first until all copies are on the first spoke, and from the first deletion until all MirrorPeers are gone. */
    readonly made: ManyAtOnce
    readonly gone: ManyAtOnce
    readonly residentMiB: number
    readonly restartedMiB: number
  }
}

const starts = 5
const rotations = 50
const manyMirrorPeers = 50
const quietMs = 60_000
/** Until the memory of a process has settled. */
const settleMs = 10_000

/** All figures on one provider, one after the other on one hub with two spokes. */
export async function measured({ unrelated, ...run }: Plan): Promise<Figures> {
  const { provider } = run
  const fleet = new AgentRun(run)
  const tell = (what: string): void => {
    const load = (loadavg()[0] ?? 0).toFixed(1)
    process.stderr.write(
      `agent: ${what}, ${provider === 'memory' ? 'in memory' : 'real control plane'} (load ${load})\n`,
    )
  }
  /** As it comes: a long run that fails has told what it knew. */
  const found = <T>(what: string, figures: T): T => {
    process.stderr.write(`agent:   ${what} ${JSON.stringify(figures, shortly)}\n`)
    return figures
  }
  try {
    tell('a fresh MirrorPeer')
    const exchange = found('ms', await fleet.fresh())
    const exchangeRequests = await fleet.requestsOf('cluster1')
    await fleet.takeOver()
    tell('starts')
    const first = found('first copies, ms', await fleet.firstCopies('cluster2', starts))
    const cold = found(
      'nothing compiled before, ms',
      await fleet.firstCopies('cluster2', starts, { NODE_DISABLE_COMPILE_CACHE: '1' }),
    )
    const inSyncMs: number[] = []
    const idle: number[] = []
    for (let time = 0; time < starts; time += 1) {
      inSyncMs.push(await fleet.restart('cluster1'))
      idle.push(await fleet.resident('cluster1', settleMs))
    }
    found('in sync, ms, and idle, MiB', { inSyncMs, idle })
    const startCpuSeconds = fleet.cpuSeconds('cluster1')
    await fleet.restart('cluster2')
    tell('a quiet minute')
    await fleet.resident('cluster2', settleMs)
    const requests = found('requests', await fleet.quiet(quietMs))
    tell(`${rotations} rotated keys`)
    const rotation = found('ms', await fleet.rotate(rotations))
    const elsewhere: Beside[] = []
    const sameNamespace: Beside[] = []
    for (const secrets of unrelated) {
      tell(`${secrets} secrets that are nobody's`)
      await fleet.unrelated('cluster1', 'elsewhere', secrets)
      await fleet.unrelated('cluster2', 'storage', secrets)
      elsewhere.push(found('MiB, elsewhere', await besideThem(fleet, 'cluster1', secrets)))
      sameNamespace.push(found('MiB, beside the storage', await besideThem(fleet, 'cluster2', secrets)))
    }
    tell(`${manyMirrorPeers} MirrorPeers`)
    const made = found('copies, ms', await fleet.mirrorPeers(manyMirrorPeers))
    const residentMiB = found('MiB', await fleet.resident('cluster1', settleMs))
    await fleet.restart('cluster1')
    const restartedMiB = found('MiB, restarted', await fleet.resident('cluster1', settleMs))
    const gone = found('gone, ms', await fleet.removeMirrorPeers(manyMirrorPeers))
    return {
      provider,
      exchange,
      exchangeRequests,
      firstCopyMs: first,
      firstCopyColdMs: cold,
      inSyncMs,
      idle,
      startCpuSeconds,
      quiet: { minutes: quietMs / 60_000, requests },
      rotation,
      elsewhere,
      sameNamespace,
      many: { mirrorPeers: manyMirrorPeers, made, gone, residentMiB, restartedMiB },
    }
  } finally {
    await fleet.end()
  }
}

/** Figures as a person reads them. */
const shortly = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 10) / 10 : value

const besideThem = async (
  fleet: AgentRun,
  spoke: 'cluster1' | 'cluster2',
  secrets: number,
): Promise<Beside> => {
  const meanwhile = await fleet.resident(spoke, settleMs)
  await fleet.restart(spoke)
  return { secrets, meanwhile, restarted: await fleet.resident(spoke, settleMs) }
}
