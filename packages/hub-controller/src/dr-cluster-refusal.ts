import { contract, type MirrorPeerStatus } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'

export interface RefusedValues {
  readonly region: string
  readonly s3ProfileName: string
  readonly message: string
}

/**
 * What the condition DRClustersReady says when Ramen refuses to change a DRCluster. It is read back
 * (`refusedValues`): the same values are not tried again, not by a restarted hub either.
 */
export const refusalMessage = (clusterName: string, region: string, s3ProfileName: string): string =>
  `DRCluster ${clusterName} cannot be changed to region ${JSON.stringify(region)} and s3ProfileName ` +
  `${JSON.stringify(s3ProfileName)}: refused by the server; delete the DRCluster to have it made again`

const pattern =
  /DRCluster (\S+) cannot be changed to region ("(?:[^"\\]|\\.)*") and s3ProfileName ("(?:[^"\\]|\\.)*"): refused by the server; delete the DRCluster to have it made again/g

/** The values of a cluster that the stored condition says were refused. */
export const refusedValues = (
  status: DeepReadonly<MirrorPeerStatus> | undefined,
  clusterName: string,
): RefusedValues | undefined => {
  const { condition } = contract.mirrorPeer
  const { message = '' } = status?.conditions?.find(({ type }) => type === condition.drClustersReady) ?? {}
  for (const [whole, name, region = '""', s3ProfileName = '""'] of message.matchAll(pattern)) {
    if (name !== clusterName) continue
    return { region: textOf(region), s3ProfileName: textOf(s3ProfileName), message: whole }
  }
  return undefined
}

const textOf = (json: string): string => {
  try {
    return String(JSON.parse(json))
  } catch {
    // A message that somebody wrote by hand refuses nothing.
    return ''
  }
}
