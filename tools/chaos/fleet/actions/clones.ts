import { contract, kinds } from '@odfmo/api-types'
import { writerUid } from '../../../../packages/token-exchange-agent/src/mirror-peer/cluster-uid.ts'
import { storageRound } from '../actors/storage.ts'
import { agentSpokeUser, type AgentRun } from '../agent-run.ts'
import { closeSpoke, type Spoke } from '../spoke.ts'
import type { FleetAction } from '../step.ts'
import type { FleetWorld } from '../world.ts'

const uidOf = ({ hands }: Spoke): string | undefined =>
  hands.find(kinds.Namespace, { name: contract.spoke.uidNamespace })?.metadata.uid

/** Secrets that tell who wrote them, in the namespace of a cluster on the hub. */
const writtenBy = ({ hands }: FleetWorld, { truth }: Spoke) =>
  hands.list(kinds.Secret, truth.name).flatMap((secret) => {
    const uid = writerUid(secret)
    return uid === undefined ? [] : [{ name: secret.metadata.name ?? '', uid }]
  })

/** The only ConfigMap that an agent makes; a create has no name. */
const isLock = ({
  verb,
  resource,
  name,
}: {
  readonly verb: string
  readonly resource: string
  readonly name: string
}): boolean => resource === 'configmaps' && (name === contract.spoke.lock || verb === 'create')

/** Writes that are of an agent's own work: neither lock nor sign of life. */
const work = (cluster: Spoke['cluster'], user: string): readonly string[] =>
  cluster.requests
    .writes()
    .filter((record) => record.user === user && !/^leases|^events/.test(record.resource) && !isLock(record))
    .map(
      ({ verb, resource, namespace, name, status }) => `${status} ${verb} ${resource} ${namespace}/${name}`,
    )

/**
 * A copy of a cluster comes up with what its klusterlet once brought it, the hub's kubeconfig too: its agent finds that
 * another cluster of its name is at work, and does nothing.
 */
const clone: FleetAction = {
  name: 'clone',
  weight: 1.5,
  async run(world, random) {
    const spoke = random.pick(world.spokes)
    const [place] = spoke?.agents.map((run) => run.place) ?? []
    if (spoke === undefined || place === undefined || spoke.truth.isCutOff) return undefined
    const own = uidOf(spoke)
    const isGoing = world.hands
      .list(kinds.MirrorPeer)
      .some(({ metadata }) => metadata.deletionTimestamp !== undefined)
    if (isGoing || !writtenBy(world, spoke).some(({ uid }) => uid === own)) return undefined
    const copy = await world.openAnother(spoke)
    const runs: Pick<Spoke, 'agents'> = { agents: [] }
    try {
      for (const { object } of spoke.applied.values()) await copy.cluster.apply(object)
      await storageRound(copy)
      const run: AgentRun = await world.startAgent(copy, place)
      runs.agents.push(run)
      await world.time.pass(250_000)
      const clonesUid = uidOf(copy)
      if (writtenBy(world, spoke).some(({ uid }) => uid === clonesUid))
        world.complaints.push(`the clone of ${spoke.truth.name} wrote a secret on the hub`)
      const written = work(copy.cluster, agentSpokeUser(place.installNamespace))
      if (written.length > 0)
        world.complaints.push(`the clone of ${spoke.truth.name} wrote ${written.join(', ')}`)
    } finally {
      for (const run of [...copy.agents]) await world.endAgent(copy, run, 'crash')
      await closeSpoke(copy)
    }
    return `a clone of ${spoke.truth.name} comes and goes`
  },
}

const reinstall: FleetAction = {
  name: 'reinstall spoke',
  weight: 0.6,
  async run(world, random) {
    const spoke = random.pick(world.spokes)
    if (spoke === undefined) return undefined
    for (const storage of spoke.truth.storages) {
      storage.fsid = `${storage.fsid}0`
      storage.key += 1
    }
    await world.reinstall(spoke)
    return `${spoke.truth.name} is installed anew, with another Ceph`
  },
}

/** As the log of the agent says: who knows that this cluster is the right one deletes what the other has written. */
export const believeNewClusters = async (world: FleetWorld): Promise<boolean> => {
  let did = false
  for (const spoke of world.spokes) {
    const own = uidOf(spoke)
    for (const { name, uid } of writtenBy(world, spoke))
      if (uid !== own)
        did = (await world.hands.remove(kinds.Secret, { namespace: spoke.truth.name, name })) || did
  }
  return did
}

const believe: FleetAction = {
  name: 'believe the new cluster',
  weight: 1,
  async run(world) {
    return (await believeNewClusters(world))
      ? 'an administrator deletes what former clusters wrote on the hub'
      : undefined
  },
}

export const cloneActions: readonly FleetAction[] = [clone, reinstall, believe]
