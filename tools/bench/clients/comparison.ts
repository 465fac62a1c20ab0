import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { beside, middle, type Row } from '../row.ts'
import { ClientProcess, type ClientProgram } from './client-process.ts'
import { idleHour } from './idle-hour.ts'
import { objectCount } from './objects.ts'
import { oneRun, type Bench, type Figures } from './one-run.ts'
import { buildPrograms, type Programs } from './programs.ts'
import { ServerProcess, type Certificate } from './server-process.ts'

const runs = 3
/** Memory and CPU that JavaScript may need beside Go. */
const mostTimesClientGo = 2

interface Measure {
  readonly of: keyof Figures
  readonly name: string
  readonly unit: string
  readonly more?: true
  /** The bar beside client-go, where there is one. */
  readonly timesClientGo?: number
  /** What has to be known of client-node's figure. */
  readonly clientNodeNote?: string
}

const measures: readonly Measure[] = [
  { of: 'syncMs', name: 'sync of 10,000 objects', unit: 'ms' },
  { of: 'syncCpuMs', name: 'sync of 10,000 objects, CPU', unit: 'ms' },
  { of: 'peakMb', name: 'sync of 10,000 objects, most memory resident', unit: 'MB' },
  { of: 'idleMb', name: 'idle with 10,000 objects, memory resident', unit: 'MB' },
  { of: 'heapBytesPerObject', name: 'heap per object of 1 KiB', unit: 'B', timesClientGo: mostTimesClientGo },
  { of: 'eventsPerSecond', name: 'events, the first 20,000', unit: '1/s', more: true },
  { of: 'warmEventsPerSecond', name: 'events, 20,000 more', unit: '1/s', more: true },
  {
    of: 'cpuMicrosecondsPerEvent',
    name: 'CPU per event, the first 20,000',
    unit: 'µs',
    timesClientGo: mostTimesClientGo,
  },
  {
    of: 'warmCpuMicrosecondsPerEvent',
    name: 'CPU per event, 20,000 more',
    unit: 'µs',
    timesClientGo: mostTimesClientGo,
  },
  { of: 'informerConnections', name: 'connections of the informer', unit: '' },
  { of: 'getConnections', name: 'connections for 400 gets', unit: '' },
  {
    of: 'recoveryMs',
    name: 'all connections cut, until the next event',
    unit: 'ms',
    clientNodeNote: 'stops for good; begun again after 5 s as its documentation does',
  },
]

/** A client that does nothing but watch, while other things are measured. */
interface Idler {
  /** Requests in an hour, by those made until now; ends the client. */
  readonly perHour: () => Promise<number>
  readonly stop: () => void
}

interface Idling {
  readonly program: ClientProgram
  /** How it is measured. */
  readonly note: string
  readonly idler: Idler
}

/** Shorter, and client-node's requests, one in 30 s, would be too few to count. */
const idleMs = 65_000
/** How much faster the server's clock goes for client-go, which has no time-out of its own. */
const clientGoClockRate = 60

/** The comparison under way: its idle clients watch from the start. */
export class Comparison {
  readonly #bench: Bench
  readonly #programs: Programs
  readonly #idlers: readonly {
    readonly program: ClientProgram
    readonly note: string
    readonly idler: Idler
  }[]
  readonly #idleSince: number

  private constructor(bench: Bench, programs: Programs, idlers: readonly Idling[]) {
    this.#bench = bench
    this.#programs = programs
    this.#idlers = idlers
    this.#idleSince = performance.now()
  }

  /** Builds the clients in `folder`, and starts those that idle. */
  static async start(folder: string): Promise<Comparison> {
    const bench = { folder, certificate: makeCertificate(folder) }
    const programs = await buildPrograms(folder)
    const { clientNode, clientGo } = programs
    const idlers = [
      {
        program: clientNode,
        note: `measured in ${idleMs / 1000} s and more, scaled`,
        idler: await startIdler(bench, clientNode, 1),
      },
    ]
    if (clientGo !== undefined) {
      idlers.push({
        program: clientGo,
        note: `measured with a server whose clock goes ${clientGoClockRate} times as fast, scaled`,
        idler: await startIdler(bench, clientGo, clientGoClockRate),
      })
    }
    return new Comparison(bench, programs, idlers)
  }

  /** Measures each client `runs` times, by turns, so that what else the machine does meets all of them. */
  async rows(): Promise<Row[]> {
    const { kit, clientNode, clientGo } = this.#programs
    const figures = new Map<ClientProgram, Figures[]>()
    for (let run = 0; run < runs; run++) {
      for (const program of [kit, clientNode, ...(clientGo === undefined ? [] : [clientGo])]) {
        const of = await oneRun(this.#bench, program)
        figures.set(program, [...(figures.get(program) ?? []), of])
      }
    }
    const figure = (program: ClientProgram, of: keyof Figures): number =>
      middle((figures.get(program) ?? []).map((one) => one[of]))
    const rows = measures.flatMap((measure) => {
      const { of, unit, more, clientNodeNote } = measure
      const kitRow = { name: `kit: ${measure.name}`, value: figure(kit, of), unit, more }
      const node = { name: clientNode.name, value: figure(clientNode, of), note: clientNodeNote }
      const besideNode = beside({ ...kitRow, other: node, times: 1 })
      if (clientGo === undefined) return [besideNode]
      const go = { name: clientGo.name, value: figure(clientGo, of) }
      return [besideNode, beside({ ...kitRow, other: go, times: measure.timesClientGo })]
    })
    return [...rows, ...(await this.#idleHourRows())]
  }

  stop(): void {
    for (const { idler } of this.#idlers) idler.stop()
  }

  async #idleHourRows(): Promise<Row[]> {
    const value = await idleHour()
    await wait(Math.max(0, this.#idleSince + idleMs - performance.now()))
    const rows: Row[] = []
    for (const { program, note, idler } of this.#idlers) {
      const other = { name: program.name, value: await idler.perHour(), note }
      const times = program === this.#programs.clientNode ? 1 : undefined
      rows.push(
        beside({ name: 'kit: requests in an idle hour (moved clock)', value, unit: '', other, times }),
      )
    }
    return rows
  }
}

async function startIdler(bench: Bench, program: ClientProgram, clockRate: number): Promise<Idler> {
  const server = await ServerProcess.start(bench.certificate, clockRate)
  const kubeconfig = path.join(bench.folder, 'idle-kubeconfig')
  writeFileSync(kubeconfig, server.kubeconfig)
  const client = await ClientProcess.start(program, kubeconfig)
  const stop = (): void => {
    client.stop()
    server.stop()
  }
  await client.sync(objectCount)
  const before = (await server.ask({ do: 'count' })).requests
  const since = performance.now()
  return {
    stop,
    async perHour() {
      const { requests } = await server.ask({ do: 'count' })
      const hours = ((performance.now() - since) * clockRate) / 3_600_000
      stop()
      return (requests - before) / hours
    },
  }
}

/** For 127.0.0.1, its own authority. */
function makeCertificate(folder: string): Certificate {
  const [key, cert] = [path.join(folder, 'tls.key'), path.join(folder, 'tls.crt')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const name = ['-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...kind, ...name, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}
