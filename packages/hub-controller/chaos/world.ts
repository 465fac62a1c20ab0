import { mirrorPeerCrd } from '@odfmo/api-types'
import { ManualClock } from '@odfmo/controller-kit'
import { hubCrds, startCluster, type InMemoryCluster, type ObjectSource, type Snapshot } from '@odfmo/testkit'
import { hubRbac } from '../src/rbac.ts'
import { mirrorPeerCrd as lenientCrd } from '../src/addon/test/mirror-peer-crd.ts'
import { podNamespace } from '../src/test/builders.ts'
import { agentRound } from './actors/agents.ts'
import { ocmRound } from './actors/ocm.ts'
import { CountedClient, type UnderWay } from './counted-client.ts'
import { Hands } from './hands.ts'
import { countedClient, startHubRun, type HubRun, type Mutation } from './hub.ts'
import { PassingTime } from './passing-time.ts'
import { strictCrds } from './strict-crds.ts'
import type { Truth } from './truth.ts'

export interface WorldOptions {
  readonly truth: Truth
  readonly mutation?: Mutation | undefined
  /** Wall clock at the start, milliseconds since the epoch. */
  readonly startMs?: number
  /** Ramen is installed from the start. */
  readonly hasRamen?: boolean
}

const isRamens = (crd: ObjectSource): boolean => JSON.stringify(crd).includes('ramendr.openshift.io')

export const ramenCrds = ({ isStrict }: Truth): readonly ObjectSource[] =>
  (isStrict ? strictCrds(hubCrds) : hubCrds).filter(isRamens)

/** A hub cluster, the hub controllers on it, everybody else who acts on it, and the time they all live in. */
export class World {
  readonly clock: ManualClock
  readonly cluster: InMemoryCluster
  readonly hands: Hands
  readonly truth: Truth
  readonly hubs: HubRun[] = []
  /** What an action saw go wrong right after it. */
  readonly complaints: string[] = []
  /** With more than one, they elect a leader. */
  elects = false
  readonly #underWay: UnderWay
  readonly #client: CountedClient
  readonly #mutation: Mutation | undefined
  readonly #time: PassingTime
  #started = 0

  private constructor(
    cluster: InMemoryCluster,
    clock: ManualClock,
    client: CountedClient,
    underWay: UnderWay,
    { truth, mutation }: WorldOptions,
  ) {
    this.cluster = cluster
    this.clock = clock
    this.truth = truth
    this.#client = client
    this.hands = new Hands(cluster, client)
    this.#underWay = underWay
    this.#time = new PassingTime(clock, underWay)
    this.#mutation = mutation
  }

  static async open(options: WorldOptions): Promise<World> {
    const { truth, hasRamen = true, startMs } = options
    const clock = new ManualClock(startMs)
    const others = hubCrds.filter((crd) => !isRamens(crd))
    const crds = [
      truth.isLenient ? lenientCrd : mirrorPeerCrd,
      ...others,
      ...(hasRamen ? ramenCrds(truth) : []),
    ]
    const cluster = await startCluster({ name: 'hub', clock, crds, journalLimit: 100_000 })
    await cluster.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: podNamespace } },
      ...hubRbac(podNamespace),
    )
    const underWay = { calls: 0, answered: 0 }
    const client = await countedClient({ cluster, clock, underWay })
    return new World(cluster, clock, client, underWay, options)
  }

  async startHub(): Promise<HubRun> {
    this.#started += 1
    const { cluster, clock } = this
    const setting = { cluster, clock, underWay: this.#underWay, mutation: this.#mutation }
    const run = await startHubRun(setting, `hub-${this.#started}`, this.elects)
    this.hubs.push(run)
    return run
  }

  async endHub(run: HubRun, how: 'stop' | 'crash'): Promise<void> {
    this.hubs.splice(this.hubs.indexOf(run), 1)
    await this.#time.until(run.stop(how))
  }

  /** Until every call has its answer, or none has come for a while: then it waits for the clock itself. */
  answers(): Promise<void> {
    return this.#time.answers()
  }

  /** Wall clocks go on elsewhere; answers with by how many milliseconds. */
  jump(ms: number): number {
    return this.#time.jump(ms)
  }

  /** Lets so much time go by, as fast as everybody answers. */
  pass(ms: number): Promise<void> {
    return this.#time.pass(ms)
  }

  /** A process that ended by itself, as one does that lost its leadership, is started again by whoever runs it. */
  async restartEnded(): Promise<void> {
    for (const run of this.hubs.filter(({ failure }) => failure() !== undefined)) {
      await this.endHub(run, 'crash')
      await this.startHub()
    }
  }

  /** Everybody but the hub does what there is to do, once. Answers whether anybody did anything. */
  async round(): Promise<boolean> {
    await this.restartEnded()
    let did = false
    for (const spoke of this.truth.spokes) {
      did = (await ocmRound(this.hands, spoke)) || did
      did = (await agentRound(this.hands, this.truth, spoke)) || did
    }
    return did
  }

  /**
   * Until nobody does anything any more, however long one waits for it: greens whose source is gone for a minute, back-off,
   * pauses between rounds of a contest. Throws when that does not come.
   */
  async settle(): Promise<void> {
    for (let rounds = 0; rounds < 60; rounds += 1) {
      let quiet = 0
      for (let tries = 0; quiet < 3; tries += 1) {
        if (tries > 300) throw new Error(`no end of it: ${this.unrest().join('; ')}`)
        const before = this.writes()
        const did = await this.round()
        await this.pass(300)
        quiet =
          did || this.writes() !== before || this.hubs.some(({ engine }) => engine.pending > 0)
            ? 0
            : quiet + 1
        if (tries > 20) await this.pass(5_000)
      }
      const before = this.writes()
      await this.pass(restMs)
      if (this.writes() === before && !(await this.round())) return
    }
    throw new Error(`it never rests: ${this.unrest().join('; ')}`)
  }

  unrest(): readonly string[] {
    return this.hubs.flatMap((run) => run.unrest().map((what) => `${run.name}: ${what}`))
  }

  /**
   * How many writes there were, leases and events apart. A refusal is none: where a user's object is in the way of one of
   * ours, the hub looks again every minute, by a create that is refused.
   */
  writes(): number {
    return this.cluster.requests
      .writes()
      .filter(({ resource, status }) => status < 400 && !/^leases|^events/.test(resource)).length
  }

  snapshot(): Snapshot {
    return this.cluster.snapshot()
  }

  async close(): Promise<void> {
    for (const run of [...this.hubs]) await this.endHub(run, 'crash')
    await this.#client.close()
    await this.cluster.stop()
  }
}

/** Longer than the longest pause of anybody: five minutes between rounds of a contest. */
const restMs = 6 * 60_000
