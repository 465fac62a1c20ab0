import type { State } from '@odfmo/controller-kit'
import { keyText } from '@odfmo/api-types'
import { refusalMessage } from '../dr-cluster-refusal.ts'
import {
  drClusterValues,
  drClusterWishes,
  refOnCluster,
  type DRClusterValues,
} from '../derived/dr-cluster.ts'
import { ramenFsidSecretKey } from '../derived/ramen-fsid-secret.ts'
import { partsOf, sameRef, storageClusterText, typeOf, type RefParts } from '../parts.ts'
import { elderText, type StatusContext } from './status-context.ts'
import { findingOf, fine, problem, verdict, type Finding, type Verdict } from './verdict.ts'

/** Ramen knows both clusters, by the right fsid and profile; for type sync it has their fsids as secrets too. */
export const drClustersReady = (context: StatusContext): Verdict =>
  verdict(
    partsOf(context.mirrorPeer).refs.flatMap((ref) => [
      drClusterFinding(context, ref),
      fsidFinding(context, ref),
    ]),
    'DRClustersReady',
    'both clusters are DRClusters of Ramen',
  )

const drClusterFinding = (context: StatusContext, ref: RefParts): Finding => {
  const { hub, world, parts } = context
  const { drCluster: key } = ref
  const state = world.state(parts.drCluster, key)
  if (state.is === 'pending') return state
  const [first] = drClusterWishes(hub, world, key.name).by
  const decided = first === undefined ? undefined : refOnCluster(first, key.name)
  if (first === undefined || decided === undefined) return findingOf(`DRCluster ${key.name}`, state)
  if (!sameRef(decided.ref, ref.ref)) {
    const decider = `StorageCluster ${storageClusterText(decided.ref)}, as ${elderText(first)} wants it`
    return problem('DecidedByElder', `DRCluster ${key.name} is that of ${decider}`)
  }
  const values = drClusterValues(hub, world, first, key.name)
  return values.is === 'found'
    ? writtenFinding(context, ref, state, values.value)
    : problem(values.reason, values.message)
}

const writtenFinding = (
  { hub, world }: StatusContext,
  { drCluster: key }: RefParts,
  state: State,
  { region, s3ProfileName }: DRClusterValues,
): Finding => {
  const spec = world.spec(hub.DRCluster, key)?.spec
  if (state.is === 'failed' && state.reason === 'Refused' && spec !== undefined) {
    return problem('DRClusterRefused', refusalMessage(key.name, region, s3ProfileName))
  }
  const finding = findingOf(`DRCluster ${key.name}`, state)
  if (finding.is !== 'fine') return finding
  return spec?.region === region && spec.s3ProfileName === s3ProfileName
    ? fine
    : problem('Writing', `DRCluster ${key.name} is not as wanted yet`)
}

const fsidFinding = ({ hub, world, parts, mirrorPeer }: StatusContext, ref: RefParts): Finding => {
  if (typeOf(mirrorPeer) !== 'sync') return fine
  const key = ramenFsidSecretKey(hub, ref)
  return findingOf(`secret ${keyText(key)}`, world.state(parts.ramenFsidSecret, key))
}
