import type { ActiveFault, Fault, InMemoryCluster } from '@odfmo/testkit'
import type { Random } from '../../../../packages/hub-controller/chaos/random.ts'
import { hubUser } from '../../../../packages/hub-controller/src/test/hub-process.ts'
import { agentHubUser, agentSpokeUser } from '../agent-run.ts'
import type { Spoke } from '../spoke.ts'
import type { FleetAction } from '../step.ts'
import { namespacesOf } from '../truth.ts'
import type { FleetWorld } from '../world.ts'

/** Whose requests to which cluster. */
interface Line {
  readonly text: string
  readonly cluster: InMemoryCluster
  readonly users: readonly string[]
  /** The spoke whose klusterlet is on this line too. */
  readonly spoke?: Spoke
}

/** Between any two that talk: hub controller and hub, agent and hub, agent and its own API. */
const lines = ({ hub, spokes }: FleetWorld): readonly Line[] => [
  { text: 'hub controller and its API', cluster: hub, users: [hubUser] },
  ...spokes.flatMap((spoke) => [
    { text: `${spoke.truth.name} and the hub`, cluster: hub, users: [agentHubUser(spoke.truth.name)], spoke },
    {
      text: `the agent of ${spoke.truth.name} and its own API`,
      cluster: spoke.cluster,
      users: namespacesOf(spoke.truth).map(agentSpokeUser),
    },
  ]),
]

const partition: FleetAction = {
  name: 'partition',
  weight: 4,
  run(world, random) {
    const line = random.pick(lines(world))
    if (line === undefined) return Promise.resolve(undefined)
    for (const user of line.users) {
      line.cluster.faults.add({
        match: { user },
        fault: { kind: 'reset', when: random.oneOf('before', 'after' as const) },
      })
      line.cluster.faults.dropWatches({ user })
    }
    if (line.spoke !== undefined) line.spoke.truth.isCutOff = true
    return Promise.resolve(`nothing goes between ${line.text}`)
  },
}

const endOn = ({ spokes, hub }: FleetWorld, cluster: InMemoryCluster): void => {
  cluster.faults.clear()
  if (cluster === hub) for (const { truth } of spokes) truth.isCutOff = false
}

/** All faults of all clusters, or of one of them. */
export const endFaults = (world: FleetWorld, only?: InMemoryCluster): void => {
  for (const cluster of only === undefined ? world.clusters : [only]) endOn(world, cluster)
}

const end: FleetAction = {
  name: 'faults end',
  weight: 6,
  run(world, random) {
    const cluster = random.chance(0.5) ? undefined : random.pick(world.clusters)
    endFaults(world, cluster)
    return Promise.resolve(`all faults end ${cluster === undefined ? 'everywhere' : `on ${cluster.name}`}`)
  },
}

const writes = ['create', 'patch', 'delete'] as const
const reads = ['get', 'list', 'watch'] as const

const faultOf = (
  random: Random,
): { readonly text: string; readonly fault: Fault; readonly verbs: readonly string[] } =>
  random.oneOf<{ text: string; fault: Fault; verbs: readonly string[] }>(
    { text: '500', fault: { kind: 'status', code: 500 }, verbs: [...writes, ...reads] },
    { text: '503', fault: { kind: 'status', code: 503 }, verbs: [...writes, 'get', 'list'] },
    { text: '429', fault: { kind: 'status', code: 429, retryAfterSeconds: 1 }, verbs: [...writes, 'get'] },
    { text: '409', fault: { kind: 'status', code: 409, reason: 'Conflict' }, verbs: ['patch', 'delete'] },
    { text: 'refused', fault: { kind: 'status', code: 403 }, verbs: [...writes, ...reads] },
    { text: 'cut before', fault: { kind: 'reset', when: 'before' }, verbs: [...writes, ...reads] },
    { text: 'answer lost', fault: { kind: 'reset', when: 'after' }, verbs: [...writes] },
    { text: 'answer cut', fault: { kind: 'cut' }, verbs: [...writes, 'list', 'watch'] },
    { text: 'late', fault: { kind: 'delay', ms: 3_000 }, verbs: [...writes, 'get', 'list'] },
    { text: 'answered late', fault: { kind: 'delay', ms: 40_000, when: 'after' }, verbs: [...writes] },
    { text: 'lagging watches', fault: { kind: 'lag', ms: 2_000 }, verbs: ['watch'] },
    { text: 'old reads', fault: { kind: 'stale', reads: 'cached' }, verbs: [...reads] },
  )

const begin: FleetAction = {
  name: 'fault',
  weight: 6,
  run(world, random) {
    const line = random.pick(lines(world))
    if (line === undefined) return Promise.resolve(undefined)
    const { text, fault, verbs } = faultOf(random)
    const isLasting = fault.kind === 'stale' || fault.kind === 'lag'
    const times = { times: 1 + random.below(4), after: random.below(3) }
    const added: readonly ActiveFault[] = line.users.map((user) =>
      line.cluster.faults.add({
        match: { user, verb: verbs },
        fault,
        ...(isLasting ? {} : times),
      }),
    )
    return Promise.resolve(
      `from now on, between ${line.text}: ${text} (${added[0]?.rule.times ?? 'all'} times after ${added[0]?.rule.after ?? 0})`,
    )
  },
}

const disturb: FleetAction = {
  name: 'disturb watches',
  weight: 3,
  run(world, random) {
    const line = random.pick(lines(world))
    if (line === undefined) return Promise.resolve(undefined)
    const { faults } = line.cluster
    const what = random.oneOf('cut', 'end', 'expire', 'stall', 'lag', 'compact' as const)
    for (const user of line.users) {
      const match = { user }
      switch (what) {
        case 'cut':
          faults.dropWatches(match)
          break
        case 'end':
          faults.endWatches(match)
          break
        case 'expire':
          faults.failWatches({ code: 410, reason: 'Expired' }, match)
          break
        case 'stall':
          faults.stallWatches(match)
          break
        case 'lag':
          faults.lagWatches(1_500, match)
          break
        case 'compact':
          faults.compactHistory()
          faults.dropWatches(match)
          break
      }
    }
    return Promise.resolve(`watches between ${line.text}: ${what}`)
  },
}

export const faultActions: readonly FleetAction[] = [partition, end, begin, disturb]
