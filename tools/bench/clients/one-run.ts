import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { ClientProcess, type ClientProgram } from './client-process.ts'
import { objectCount } from './objects.ts'
import { middle } from '../row.ts'
import { ServerProcess, type Certificate } from './server-process.ts'

const changes = 20_000
const gets = 400

/** What is measured of a client, all of it in one life of its process. */
export interface Figures {
  /** From the start of the informer until a listener has heard of all objects. */
  readonly syncMs: number
  readonly syncCpuMs: number
  /** The most that was ever resident until then. */
  readonly peakMb: number
  /** With all objects, after a collection of garbage. */
  readonly idleMb: number
  readonly heapBytesPerObject: number
  readonly eventsPerSecond: number
  /** User and system time of the client's process. */
  readonly cpuMicrosecondsPerEvent: number
  /** The same of as many events again, when the program has been compiled by its engine: the middle of three. */
  readonly warmEventsPerSecond: number
  readonly warmCpuMicrosecondsPerEvent: number
  /** By the informer, until here. */
  readonly informerConnections: number
  readonly getConnections: number
  /** From the cut of all connections until a listener has heard of a change made at that moment. */
  readonly recoveryMs: number
}

/** Where to find what all runs share. */
export interface Bench {
  readonly folder: string
  readonly certificate: Certificate
}

/** A client and a server of its own; `work` is done with them, then both are ended. */
async function withClient<R>(
  { folder, certificate }: Bench,
  program: ClientProgram,
  work: (client: ClientProcess, server: ServerProcess) => Promise<R>,
): Promise<R> {
  const server = await ServerProcess.start(certificate)
  try {
    const kubeconfig = path.join(folder, 'kubeconfig')
    writeFileSync(kubeconfig, server.kubeconfig)
    const client = await ClientProcess.start(program, kubeconfig)
    try {
      return await work(client, server)
    } finally {
      client.stop()
    }
  } finally {
    server.stop()
  }
}

/** All figures of one client. */
export const oneRun = (bench: Bench, program: ClientProgram): Promise<Figures> =>
  withClient(bench, program, async (client, server) => {
    const empty = await client.memory()
    const sync = await client.sync(objectCount)
    if (sync.objects !== objectCount) throw new Error(`${program.name}: ${sync.objects} objects in its cache`)
    const idle = await client.memory()
    const cold = await events(client, server)
    // A busy machine disturbs one of them more than the others.
    const warm = [await events(client, server), await events(client, server), await events(client, server)]
    const { connections } = await server.ask({ do: 'count' })
    await client.gets(gets)
    const afterGets = await server.ask({ do: 'count' })
    return {
      syncMs: sync.ms,
      syncCpuMs: sync.cpuMs,
      peakMb: sync.peakMb,
      idleMb: idle.rssMb,
      heapBytesPerObject: ((idle.heapMb - empty.heapMb) * 1e6) / objectCount,
      eventsPerSecond: cold.perSecond,
      cpuMicrosecondsPerEvent: cold.cpuMicroseconds,
      warmEventsPerSecond: middle(warm.map(({ perSecond }) => perSecond)),
      warmCpuMicrosecondsPerEvent: middle(warm.map(({ cpuMicroseconds }) => cpuMicroseconds)),
      informerConnections: connections,
      getConnections: afterGets.connections - connections,
      recoveryMs: await recovery(client, server),
    }
  })

async function events(
  client: ClientProcess,
  server: ServerProcess,
): Promise<{ perSecond: number; cpuMicroseconds: number }> {
  await server.ask({ do: 'prepare', changes })
  const { all } = await client.hear(changes)
  await server.ask({ do: 'send' })
  const { flowMs, cpuMs } = await all
  return { perSecond: (changes / flowMs) * 1000, cpuMicroseconds: (cpuMs / changes) * 1000 }
}

async function recovery(client: ClientProcess, server: ServerProcess): Promise<number> {
  const { all } = await client.hear(1)
  const cut = performance.now()
  await server.ask({ do: 'cut' })
  await all
  return performance.now() - cut
}
