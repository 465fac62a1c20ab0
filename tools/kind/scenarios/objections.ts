import { kinds } from '@odfmo/api-types'
import type { KubeObject, Snapshot } from '@odfmo/testkit'
import { isOurs, objectText } from '../../demo/world/existing/is-ours.ts'
import { partNames, plays, type Part } from './parts.ts'

/** One cluster as it was found. */
export interface FoundCluster {
  readonly name: string
  readonly snapshot: Snapshot
}

const mostShown = 3
const mirrorPeers = `${kinds.MirrorPeer.group}/${kinds.MirrorPeer.plural}`

/**
 * What speaks against playing these parts on the cluster, a line each: it has them, or a real kubelet. What simulators of
 * this repository left there is no objection: it is played on.
 */
export const objections = (
  { name, snapshot: { tables } }: FoundCluster,
  played: readonly Part[],
): readonly string[] => [
  ...(tables[mirrorPeers] ?? []).map(
    ({ metadata }) =>
      `${name} has the MirrorPeer ${metadata.name}: delete it first, it would be mixed up with those that are tried`,
  ),
  ...(played.includes('kubelet') && (tables['/nodes'] ?? []).length > 0
    ? [`${name} has nodes: take kubelet out of --play`]
    : []),
  ...played.flatMap((part) => {
    const real = Object.entries(tables)
      .filter(([table]) => plays(part, table.split('/')[0] ?? ''))
      .flatMap(([table, objects]) => objects.filter(isSomebodyElses).map((one) => objectText(table, one)))
    if (real.length === 0) return []
    const shown = [...real.slice(0, mostShown), ...(real.length > mostShown ? ['…'] : [])].join(', ')
    return [`${name} has ${partNames[part]} (${shown}): take ${part} out of --play`]
  }),
]

const isSomebodyElses = (object: KubeObject): boolean => !isOurs(object)
