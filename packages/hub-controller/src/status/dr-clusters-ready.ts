import { keyText } from '@odfmo/api-types'
import { refusalMessage } from '../dr-cluster-refusal.ts'
import { drClusterValues, drClusterWishes, refOnCluster } from '../derived/dr-cluster.ts'
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

const drClusterFinding = ({ hub, world, parts, mirrorPeer }: StatusContext, ref: RefParts): Finding => {
  const { drCluster: key } = ref
  const state = world.state(parts.drCluster, key)
  if (state.is === 'pending') return state
  const [first] = drClusterWishes(hub, world, key.name).by
  const decided = first === undefined ? undefined : refOnCluster(first, key.name)
  if (first !== undefined && decided !== undefined && !sameRef(decided.ref, ref.ref)) {
    return problem(
      'DecidedByElder',
      `DRCluster ${key.name} is that of StorageCluster ${storageClusterText(decided.ref)}, as ${elderText(first)} wants it`,
    )
  }
  const values = first === undefined ? undefined : drClusterValues(hub, world, first, key.name)
  if (values !== undefined && values.is !== 'found') return problem(values.reason, values.message)
  const live = world.spec(hub.DRCluster, key)
  if (state.is === 'failed' && state.reason === 'Refused' && live !== undefined && values !== undefined) {
    return problem(
      'DRClusterRefused',
      refusalMessage(key.name, values.value.region, values.value.s3ProfileName),
    )
  }
  const finding = findingOf(`DRCluster ${key.name}`, state)
  if (finding.is !== 'fine' || mirrorPeer.metadata.deletionTimestamp !== undefined) return finding
  const right =
    live?.spec?.region === values?.value.region && live?.spec?.s3ProfileName === values?.value.s3ProfileName
  return right ? fine : problem('Writing', `DRCluster ${key.name} is not as wanted yet`)
}

const fsidFinding = ({ hub, world, parts, mirrorPeer }: StatusContext, ref: RefParts): Finding => {
  if (typeOf(mirrorPeer) !== 'sync') return fine
  const key = ramenFsidSecretKey(hub, ref)
  return findingOf(`secret ${keyText(key)}`, world.state(parts.ramenFsidSecret, key))
}
