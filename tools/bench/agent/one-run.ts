import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { HubProvider } from '../hub/calls.ts'
import { startHubProgram } from '../hub/hub-program.ts'
import { ServiceProgram } from '../service-program.ts'
import { Child } from '../testkit/child.ts'
import {
  spokeNames,
  type Answers,
  type Call,
  type Counts,
  type Exchange,
  type Reply,
  type SpokeName,
} from './calls.ts'
import { storageNamespace } from './objects.ts'

export interface Run {
  readonly provider: HubProvider
  /** Programs. */
  readonly hub: string
  readonly agent: string
  readonly folder: string
}

export interface ManyAtOnce {
  readonly ms: number
  /** Of the first spoke's agent meanwhile. */
  readonly requests: Counts
}

const agentImage = 'odfmo/token-exchange-agent:demo'

/** A hub and two spokes in one process, the hub controller and two agents in theirs. */
export class AgentRun {
  readonly #fleet = new Child('../agent/fleet-process.ts')
  readonly #run: Run
  #kubeconfigs: Answers['start'] | undefined
  #hub: ServiceProgram | undefined
  readonly #agents = new Map<SpokeName, ServiceProgram>()
  #starts = 0

  constructor(run: Run) {
    this.#run = run
  }

  /** From two clusters that only have storage to a MirrorPeer that is exchanged, with nobody helping. */
  async fresh(): Promise<Exchange> {
    const { provider, folder, hub } = this.#run
    this.#kubeconfigs = await this.#ask({ call: 'start', provider, folder, agentImage })
    const kubeconfig = this.#file('hub', 'kubeconfig', this.#kubeconfigs.hub)
    this.#hub = await startHubProgram({
      bundle: hub,
      kubeconfig,
      log: path.join(folder, 'hub.log'),
      agentImage,
    })
    await this.#hub.ready()
    await this.#hub.inSync()
    return this.#ask({ call: 'exchange' })
  }

  /** From now on the agents are started by us instead of by kubelets. */
  async takeOver(): Promise<void> {
    await this.#ask({ call: 'endPods' })
    for (const spoke of spokeNames) await this.#start(spoke)
    for (const agent of this.#agents.values()) await agent.inSync()
  }

  /** Milliseconds from the start of an agent until the other side's token is beside its StorageCluster; of each start. */
  async firstCopies(
    spoke: SpokeName,
    times: number,
    env: Readonly<Record<string, string>> = {},
  ): Promise<readonly number[]> {
    const ms: number[] = []
    for (let time = 0; time < times; time += 1) {
      await this.#agents.get(spoke)?.stop()
      await this.#ask({ call: 'removeCopy', spoke })
      const agent = await this.#start(spoke, env)
      const { at } = await this.#ask({ call: 'copy', spoke })
      ms.push(at - agent.startedAt)
      await agent.inSync()
    }
    return ms
  }

  /** Milliseconds from the start of an agent until it has evaluated all it knows. */
  async restart(spoke: SpokeName): Promise<number> {
    await this.#agents.get(spoke)?.stop()
    return (await this.#start(spoke)).inSync()
  }

  /** MiB, after a while. */
  async resident(spoke: SpokeName, afterMs: number): Promise<number> {
    await this.#agent(spoke).inSync()
    await wait(afterMs)
    return this.#agent(spoke).usage().residentMiB
  }

  cpuSeconds(spoke: SpokeName): number {
    return this.#agent(spoke).usage().cpuSeconds
  }

  /** What both agents asked for in a minute in which nothing happened. */
  async quiet(ms: number): Promise<Readonly<Record<string, Counts>>> {
    const before = await this.#ask({ call: 'requests' })
    await wait(ms)
    const after = await this.#ask({ call: 'requests' })
    return since(before, after)
  }

  rotate(times: number): Promise<Answers['rotate']> {
    return this.#ask({ call: 'rotate', times })
  }

  async unrelated(spoke: SpokeName, where: 'storage' | 'elsewhere', count: number): Promise<void> {
    const namespace = where === 'storage' ? storageNamespace : where
    await this.#ask({ call: 'unrelated', spoke, namespace, count })
  }

  /** So many more MirrorPeers for the first spoke. */
  mirrorPeers(count: number): Promise<ManyAtOnce> {
    return this.#many({ call: 'mirrorPeers', count })
  }

  /** They are deleted, all together. */
  removeMirrorPeers(count: number): Promise<ManyAtOnce> {
    return this.#many({ call: 'removeMirrorPeers', count })
  }

  async #many(call: Extract<Call, { readonly count: number; readonly spoke?: never }>): Promise<ManyAtOnce> {
    const before = await this.#ask({ call: 'requests' })
    const { ms } = await this.#ask(call)
    await this.#agent('cluster1').inSync()
    const requests = since(before, await this.#ask({ call: 'requests' }))
    return { ms, requests: sum([requests['cluster1 hub'] ?? {}, requests['cluster1 spoke'] ?? {}]) }
  }

  /** Of all agents that a cluster has had. */
  async requestsOf(spoke: SpokeName): Promise<Counts> {
    const requests = await this.#ask({ call: 'requests' })
    return sum([requests[`${spoke} hub`] ?? {}, requests[`${spoke} spoke`] ?? {}])
  }

  async end(): Promise<void> {
    await Promise.all([...this.#agents.values(), ...(this.#hub ? [this.#hub] : [])].map((one) => one.stop()))
    await this.#fleet.end()
  }

  async #start(spoke: SpokeName, env: Readonly<Record<string, string>> = {}): Promise<ServiceProgram> {
    const { hub, spoke: own } = this.#given().agents[spoke]
    this.#starts += 1
    const agent = await ServiceProgram.start({
      name: `the agent of ${spoke}`,
      bundle: this.#run.agent,
      args: [
        'tokenexchange',
        `--hub-kubeconfig=${this.#file(spoke, 'hub', hub)}`,
        `--kubeconfig=${this.#file(spoke, 'spoke', own)}`,
        `--cluster-name=${spoke}`,
        `--namespace=${storageNamespace}`,
        '--mode=async',
      ],
      env,
      nodeOptions: process.env['BENCH_AGENT_NODE_OPTIONS'],
      log: path.join(this.#run.folder, `${spoke}-${this.#starts}.log`),
    })
    this.#agents.set(spoke, agent)
    return agent
  }

  #agent(spoke: SpokeName): ServiceProgram {
    const agent = this.#agents.get(spoke)
    if (agent === undefined) throw new Error(`no agent of ${spoke} runs`)
    return agent
  }

  #given(): Answers['start'] {
    if (this.#kubeconfigs === undefined) throw new Error('the clusters have not been started')
    return this.#kubeconfigs
  }

  /** In a folder of its own: services look at what is beside their kubeconfig whenever something in there changes. */
  #file(owner: string, name: string, content: string): string {
    const folder = path.join(this.#run.folder, 'access', owner)
    mkdirSync(folder, { recursive: true })
    const file = path.join(folder, name)
    writeFileSync(file, content, { mode: 0o600 })
    return file
  }

  async #ask<C extends Call>(call: C): Promise<Answers[C['call']]> {
    return (await this.#fleet.ask<Reply<C['call']>>(call)).answer
  }
}

const since = (before: Answers['requests'], after: Answers['requests']): Readonly<Record<string, Counts>> =>
  Object.fromEntries(
    Object.entries(after).map(([whose, counts]) => [
      whose,
      Object.fromEntries(
        Object.entries(counts)
          .map(([what, count]) => [what, count - (before[whose]?.[what] ?? 0)] as const)
          .filter(([, count]) => count > 0),
      ),
    ]),
  )

const sum = (all: readonly Counts[]): Counts => {
  const total: Record<string, number> = {}
  for (const [what, count] of all.flatMap((counts) => Object.entries(counts)))
    total[what] = (total[what] ?? 0) + count
  return total
}
