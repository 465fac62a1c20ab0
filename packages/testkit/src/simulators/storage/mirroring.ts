import type { Secret, StorageCluster } from '@odfmo/api-types'
import { isJsonObject } from '../../kube-object.ts'
import type { NewCondition } from '../../access/conditions.ts'
import type { CephBlockPool } from '../extra-kinds.ts'

type PoolMirroring = NonNullable<NonNullable<CephBlockPool['spec']>['mirroring']>

/** What ODF makes of `spec.mirroring`. */
export interface Mirroring {
  /** Of the block pool; undefined when mirroring is off or cannot be set up. */
  readonly pool: PoolMirroring | undefined
  /** What is wrong with the peers; undefined when all is well or mirroring is off. */
  readonly problem: string | undefined
}

/** ODF turns mirroring on only when every peer's secret is there and holds a token. */
export const mirroringOf = (
  { spec, metadata }: Pick<StorageCluster, 'spec' | 'metadata'>,
  secretOf: (name: string) => Secret | undefined,
): Mirroring => {
  const { enabled = false, peerSecretNames = [] } = spec?.mirroring ?? {}
  if (!enabled) return { pool: undefined, problem: undefined }
  const problems = peerSecretNames.flatMap((name) =>
    problemOf(name, metadata.namespace ?? '', secretOf(name)),
  )
  if (problems.length > 0) return { pool: undefined, problem: problems.join('; ') }
  const peers = peerSecretNames.length === 0 ? {} : { peers: { secretNames: peerSecretNames } }
  return { pool: { enabled: true, mode: 'image', ...peers }, problem: undefined }
}

const problemOf = (name: string, namespace: string, secret: Secret | undefined): string[] => {
  if (secret === undefined) return [`peer secret ${namespace}/${name} is not found`]
  return isToken(secret.data?.['token']) ? [] : [`peer secret ${namespace}/${name} holds no bootstrap token`]
}

const tokenFields = ['fsid', 'client_id', 'key', 'mon_host']

/** A Secret's value (base64) of a base64 JSON object with the fields of a bootstrap peer token. */
const isToken = (value: string | undefined): boolean => {
  try {
    const token = Buffer.from(value ?? '', 'base64').toString('latin1')
    const fields: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'))
    return (
      isJsonObject(fields) &&
      tokenFields.every((field) => typeof fields[field] === 'string' && fields[field] !== '')
    )
  } catch {
    return false
  }
}

/** Phase and condition of the StorageCluster. */
export const storageClusterState = ({ problem }: Mirroring): { phase: string; condition: NewCondition } =>
  problem === undefined
    ? {
        phase: 'Ready',
        condition: {
          type: 'ReconcileComplete',
          status: 'True',
          reason: 'ReconcileCompleted',
          message: 'Reconcile completed successfully',
        },
      }
    : {
        phase: 'Error',
        condition: {
          type: 'ReconcileComplete',
          status: 'False',
          reason: 'ReconcileFailed',
          message: `Error while reconciling: ${problem}`,
        },
      }

/** How mirroring goes, in Rook's words. */
export type MirroringHealth = 'OK' | 'WARNING' | 'ERROR'

/** What Rook reports of the pool's mirroring. */
export const mirroringStatus = (pool: PoolMirroring | undefined, health: MirroringHealth): object | null =>
  pool?.enabled === true
    ? { summary: { daemon_health: health, health, image_health: health, states: {} } }
    : null
