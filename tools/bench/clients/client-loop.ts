// What every client of the comparison does with its process: read a line from stdin, do it, answer a line on stdout.
// client-go's side of it is in ../client-go/main.go.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** A line to a client. */
export type ClientCommand =
  /** Answered with `MemoryAnswer`, after a collection of garbage. */
  | { readonly do: 'memory' }
  /** Starts the informer: `ReadyAnswer` at once, `HeardAnswer` when a listener has heard of so many objects. */
  | { readonly do: 'sync'; readonly count: number }
  /** `ReadyAnswer` at once, `HeardAnswer` when a listener has heard so many events from now on. */
  | { readonly do: 'hear'; readonly count: number }
  /** So many objects, one after the other: `GetsAnswer`. */
  | { readonly do: 'gets'; readonly count: number }

/** The first line of each client, and to `sync` and `hear`. */
export interface ReadyAnswer {
  readonly ready: true
}

export interface MemoryAnswer {
  readonly rssMb: number
  /** The most that the process ever had resident. */
  readonly peakMb: number
  /** In use, of what the language's runtime manages. */
  readonly heapMb: number
}

export interface HeardAnswer {
  /** Since the command. */
  readonly ms: number
  /** From the first event to the last. */
  readonly flowMs: number
  /** User and system time of all threads. */
  readonly cpuMs: number
  readonly peakMb: number
  /** In the cache now. */
  readonly objects: number
}

export interface GetsAnswer {
  readonly ms: number
  readonly cpuMs: number
}

/** A client as the loop drives it. */
interface Client {
  /** Starts the informer; `heard` is called for each object or event that a listener hears of. */
  start(heard: () => void): void
  /** In the cache now. */
  objects(): number
  get(namespace: string, name: string): Promise<{ readonly metadata?: { readonly name?: string } }>
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** A figure of /proc/self/status in MB; where there is none, of what Node knows itself. */
const statusMb = (name: 'VmRSS' | 'VmHWM'): number => {
  try {
    const [, kib = '0'] =
      new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return (Number(kib) * 1024) / 1e6
  } catch {
    return name === 'VmRSS' ? process.memoryUsage.rss() / 1e6 : (process.resourceUsage().maxRSS * 1024) / 1e6
  }
}

const memory = (): MemoryAnswer => {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return { rssMb: statusMb('VmRSS'), peakMb: statusMb('VmHWM'), heapMb: (heapUsed + external) / 1e6 }
}

/** Obeys until nobody is there any more. */
export async function obey(client: Client): Promise<void> {
  let left = 0
  let first = 0
  let reached: (now: number) => void = () => undefined
  const heard = (): void => {
    first ||= performance.now()
    if (--left === 0) reached(performance.now())
  }
  const hear = async (count: number, begin: () => void): Promise<void> => {
    left = count
    first = 0
    const all = new Promise<number>((resolve) => (reached = resolve))
    const [cpu, began] = [cpuMs(), performance.now()]
    begin()
    answer({ ready: true })
    const done = await all
    answer({
      ms: done - began,
      flowMs: done - first,
      cpuMs: cpuMs() - cpu,
      peakMb: statusMb('VmHWM'),
      objects: client.objects(),
    })
  }
  // Whatever is under way: with the benchmark gone, nobody waits for it.
  process.stdin.once('end', () => process.exit())
  answer({ ready: true })
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line) as ClientCommand
    switch (command.do) {
      case 'memory':
        answer(memory())
        break
      case 'sync':
        await hear(command.count, () => client.start(heard))
        break
      case 'hear':
        await hear(command.count, () => undefined)
        break
      case 'gets':
        answer(await gets(client, command.count))
        break
    }
  }
}

async function gets(client: Client, count: number): Promise<GetsAnswer> {
  const [cpu, began] = [cpuMs(), performance.now()]
  for (let index = 0; index < count; index++) {
    const [namespace, name] = [`namespace-${index % 100}`, `object-${index}`]
    const { metadata } = await client.get(namespace, name)
    if (metadata?.name !== name) throw new Error(`asked for ${name}, got ${metadata?.name}`)
  }
  return { ms: performance.now() - began, cpuMs: cpuMs() - cpu }
}

const answer = (value: ReadyAnswer | MemoryAnswer | HeardAnswer | GetsAnswer): void =>
  void process.stdout.write(`${JSON.stringify(value)}\n`)
