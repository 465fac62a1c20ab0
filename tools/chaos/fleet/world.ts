import { agentPolicies, contract, kinds, mirrorPeerCrd } from '@odfmo/api-types'
import { ManualClock } from '@odfmo/controller-kit'
import { hubCrds, startCluster, type InMemoryCluster, type Snapshot } from '@odfmo/testkit'
import { ocmRound } from '../../../packages/hub-controller/chaos/actors/ocm.ts'
import { ramenRewrites } from '../../../packages/hub-controller/chaos/actors/ramen.ts'
import type { UnderWay } from '../../../packages/hub-controller/chaos/counted-client.ts'
import { Hands } from '../../../packages/hub-controller/chaos/hands.ts'
import { countedClient, startHubRun, type HubRun } from '../../../packages/hub-controller/chaos/hub.ts'
import { PassingTime } from '../../../packages/hub-controller/chaos/passing-time.ts'
import { hubRbac } from '../../../packages/hub-controller/src/rbac.ts'
import { managedCluster, podNamespace } from '../../../packages/hub-controller/src/test/builders.ts'
import { klusterletRound } from './actors/klusterlet.ts'
import { kubeletRound } from './actors/kubelet.ts'
import { storageRound } from './actors/storage.ts'
import { startAgentRun, type AgentMutation, type AgentPlace, type AgentRun } from './agent-run.ts'
import { closeSpoke, openSpoke, type Spoke } from './spoke.ts'
import type { FleetTruth } from './truth.ts'

/** How its clusters are when it opens: of the inputs of another world. */
export interface FleetSnapshot {
  readonly hub: Snapshot
  readonly spokes: ReadonlyMap<string, Snapshot>
}

const isWrite = new Set(['create', 'update', 'patch', 'delete'])

/** Longer than the longest pause of anybody: five minutes between rounds of a contest. */
const restMs = 6 * 60_000

/** A hub and its spokes, the hub controllers and agents on them, everybody else who acts there, and the time they live in. */
export class FleetWorld {
  readonly truth: FleetTruth
  readonly hub: InMemoryCluster
  readonly hands: Hands
  readonly spokes: Spoke[] = []
  readonly hubs: HubRun[] = []
  /** What an action saw go wrong right after it. */
  readonly complaints: string[] = []
  readonly time: PassingTime
  /** Told of each cluster that comes, with its name. */
  onSpoke: (spoke: Spoke) => void = () => undefined
  /** Of its agents; not of those that show what is right. */
  mutation: AgentMutation | undefined
  readonly #underWay: UnderWay
  #started = 0

  private constructor(
    truth: FleetTruth,
    hub: InMemoryCluster,
    hands: Hands,
    time: PassingTime,
    underWay: UnderWay,
  ) {
    this.truth = truth
    this.hub = hub
    this.hands = hands
    this.time = time
    this.#underWay = underWay
  }

  static async open(truth: FleetTruth, from?: FleetSnapshot, startMs?: number): Promise<FleetWorld> {
    const clock = new ManualClock(startMs)
    const underWay: UnderWay = { calls: 0, answered: 0 }
    const hub = await startCluster({
      name: 'hub',
      clock,
      crds: [mirrorPeerCrd, ...hubCrds],
      journalLimit: 100_000,
    })
    await hub.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: podNamespace } },
      ...hubRbac(podNamespace),
      ...agentPolicies,
    )
    if (from !== undefined) hub.restore(from.hub)
    const client = await countedClient({ cluster: hub, clock, underWay })
    const time = new PassingTime(clock, underWay)
    const world = new FleetWorld(truth, hub, new Hands(hub, client), time, underWay)
    for (const spoke of truth.spokes)
      world.spokes.push(await openSpoke(spoke, { clock, underWay }, from?.spokes.get(spoke.name)))
    for (const cluster of world.clusters) world.#count(cluster)
    return world
  }

  get clock(): ManualClock {
    return this.time.clock
  }

  get clusters(): readonly InMemoryCluster[] {
    return [this.hub, ...this.spokes.map(({ cluster }) => cluster)]
  }

  /** Everything that is there before anybody works. */
  async begin(): Promise<void> {
    for (const { name } of this.truth.spokes)
      await this.hands.create(kinds.ManagedCluster, managedCluster(name))
    await ramenRewrites(this.hands, { ramenText: this.truth.ramenText } as Parameters<
      typeof ramenRewrites
    >[1])
    for (const spoke of this.spokes) this.onSpoke(spoke)
    await this.round()
    await this.startHub()
  }

  async startHub(): Promise<HubRun> {
    this.#started += 1
    const setting = { cluster: this.hub, clock: this.clock, underWay: this.#underWay, mutation: undefined }
    const run = await startHubRun(setting, `hub-${this.#started}`, false)
    this.hubs.push(run)
    return run
  }

  async endHub(run: HubRun, how: 'stop' | 'crash'): Promise<void> {
    this.hubs.splice(this.hubs.indexOf(run), 1)
    await this.time.until(run.stop(how))
  }

  async startAgent(spoke: Spoke, place: AgentPlace): Promise<AgentRun> {
    this.#started += 1
    const { hub, clock } = this
    const setting = { hub, spoke: spoke.cluster, clock, underWay: this.#underWay, mutation: this.mutation }
    const run = await startAgentRun(setting, place, `agent-${place.clusterName}-${this.#started}`)
    spoke.agents.push(run)
    return run
  }

  async endAgent(spoke: Pick<Spoke, 'agents'>, run: AgentRun, how: 'stop' | 'crash'): Promise<void> {
    spoke.agents.splice(spoke.agents.indexOf(run), 1)
    await this.time.until(run.stop(how))
  }

  /** The whole cluster is made anew, under the name of the old one. */
  async reinstall(spoke: Spoke): Promise<void> {
    for (const run of [...spoke.agents]) await this.endAgent(spoke, run, 'crash')
    await closeSpoke(spoke)
    spoke.truth.installation += 1
    const fresh = await openSpoke(spoke.truth, { clock: this.clock, underWay: this.#underWay })
    this.spokes.splice(this.spokes.indexOf(spoke), 1, fresh)
    this.#count(fresh.cluster)
    this.onSpoke(fresh)
    await storageRound(fresh)
  }

  /** A cluster of that name which is not the managed one. */
  openAnother(spoke: Spoke): Promise<Spoke> {
    return openSpoke(spoke.truth, { clock: this.clock, underWay: this.#underWay })
  }

  /** Everybody but hub controller and agents does what there is to do, once. Answers whether anybody did anything. */
  async round(): Promise<boolean> {
    let did = false
    for (const run of this.hubs.filter(({ failure }) => failure() !== undefined)) {
      await this.endHub(run, 'crash')
      await this.startHub()
      did = true
    }
    for (const spoke of this.spokes) {
      did = (await storageRound(spoke)) || did
      did = (await klusterletRound(this.hands, spoke)) || did
      const { name, isDown, isCutOff } = spoke.truth
      did = (await ocmRound(this.hands, { name, isAway: isDown || isCutOff })) || did
      did = (await kubeletRound(this, spoke)) || did
    }
    return did
  }

  /** Until nobody does anything any more, however long one waits for it. Throws when that does not come. */
  async settle(): Promise<void> {
    for (let rounds = 0; rounds < 40; rounds += 1) {
      let quiet = 0
      for (let tries = 0; quiet < 3; tries += 1) {
        if (tries > 300) throw new Error(`no end of it: ${this.unrest().join('; ')}`)
        const before = this.writes()
        const did = await this.round()
        await this.time.pass(300)
        const isBusy = this.processes().some(({ engine }) => engine.pending > 0)
        quiet = did || this.writes() !== before || isBusy ? 0 : quiet + 1
        if (tries > 20) await this.time.pass(5_000)
      }
      const before = this.writes()
      await this.time.pass(restMs)
      if (this.writes() === before && !(await this.round())) return
    }
    throw new Error(`it never rests: ${this.unrest().join('; ')}`)
  }

  processes(): readonly (HubRun | AgentRun)[] {
    return [...this.hubs, ...this.spokes.flatMap(({ agents }) => agents)]
  }

  unrest(): readonly string[] {
    return this.processes().flatMap((run) => run.unrest().map((what) => `${run.name}: ${what}`))
  }

  /** What was written since the last clearing, locks, signs of life and events apart, and what was refused. */
  readonly written: string[] = []

  #count(cluster: InMemoryCluster): void {
    cluster.requests.subscribe(({ verb, resource, namespace, name, status, user }) => {
      if (status >= 400 || !isWrite.has(verb) || /^leases|^events/.test(resource)) return
      if (name !== contract.spoke.lock)
        this.written.push(`${cluster.name}: ${verb} ${resource} ${namespace}/${name} by ${user}`)
    })
  }

  writes(): number {
    return this.written.length
  }

  async close(): Promise<void> {
    for (const run of [...this.hubs]) await this.endHub(run, 'crash')
    for (const spoke of this.spokes)
      for (const run of [...spoke.agents]) await this.endAgent(spoke, run, 'crash')
    await this.hands.close()
    for (const spoke of this.spokes) await closeSpoke(spoke)
    await this.hub.stop()
  }
}
