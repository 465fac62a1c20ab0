import { keyText } from '@odfmo/api-types'
import { refOnCluster } from '../derived/dr-cluster.ts'
import { partsOf, typeOf, type RefParts } from '../parts.ts'
import { holdersOf } from '../standing.ts'
import { elderText, type StatusContext } from './status-context.ts'
import { listText } from './list-text.ts'
import { findingOf, verdict, type Verdict } from './verdict.ts'

/** On each cluster the add-on is as wanted, registered, deployed, and its agent alive. */
export const addOnsReady = (context: StatusContext): Verdict => {
  const { world, parts, mirrorPeer } = context
  const { refs } = partsOf(mirrorPeer)
  const findings = refs.map(({ addOn, ref }) => {
    const written = findingOf(
      `ManagedClusterAddOn ${keyText(addOn)}`,
      world.state(parts.managedClusterAddOn, addOn),
    )
    return written.is === 'fine' ? parts.agent(world, ref.clusterName) : written
  })
  const elders = refs.flatMap((ref) => overruled(context, ref))
  return elders.length === 0
    ? verdict(findings, 'AgentsRunning', 'the agents of both clusters are running')
    : verdict(findings, 'DecidedByElder', listText(elders))
}

/** One agent serves all: where it runs and its mode are the elder's, which hinders nobody. */
const overruled = ({ hub, world, mirrorPeer }: StatusContext, { ref }: RefParts): readonly string[] => {
  const [eldest] = holdersOf(hub, world, ref.clusterName).by
  if (eldest === undefined || eldest.metadata.uid === mirrorPeer.metadata.uid) return []
  const namespace = refOnCluster(eldest, ref.clusterName)?.ref.storageClusterRef.namespace
  return namespace === ref.storageClusterRef.namespace && typeOf(eldest) === typeOf(mirrorPeer)
    ? []
    : [
        `the agent of ${ref.clusterName} runs in namespace ${namespace ?? ''} in mode ${typeOf(eldest)}, as ${elderText(eldest)} wants it`,
      ]
}
