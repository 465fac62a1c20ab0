import { contract } from '@odfmo/api-types'
import { sameState, type Cluster, type KubeObject, type Snapshot } from '@odfmo/testkit'
import { parse } from 'yaml'

/**
 * What is not state: the klusterlet's certificate requests (Kubernetes' own cleaner removes them an hour after they were
 * decided), and what carries keys, names of pods or times of its own.
 */
const isPerRun = ({ kind, metadata: { name } }: KubeObject): boolean =>
  kind === 'CertificateSigningRequest' ||
  kind === 'Pod' ||
  (kind === 'Secret' && name === contract.addon.hubKubeconfigSecret) ||
  (kind === 'ConfigMap' && name === contract.spoke.lock)

const ramenConfigKey = 'ramen_manager_config.yaml'

interface Loose {
  readonly data?: Readonly<Record<string, string>>
  readonly status?: { readonly conditions?: readonly { readonly type: string }[] }
}

/** A certificate's condition names times. */
const withoutTimes = <T extends { readonly type: string }>(condition: T): T =>
  condition.type === 'ClusterCertificateRotated' ? { ...condition, message: '' } : condition

/** Profiles stand in the order in which their secrets came. */
const withSortedProfiles = (text: string): string => {
  const config = parse(text) as { readonly s3StoreProfiles?: readonly { readonly s3ProfileName: string }[] }
  const s3StoreProfiles = (config.s3StoreProfiles ?? []).toSorted((a, b) =>
    a.s3ProfileName.localeCompare(b.s3ProfileName),
  )
  return JSON.stringify({ ...config, s3StoreProfiles })
}

const comparableObject = (object: KubeObject): KubeObject => {
  const { data, status } = object as Loose
  const text = data?.[ramenConfigKey]
  const conditions = status?.conditions?.map(withoutTimes)
  return {
    ...object,
    ...(text === undefined ? {} : { data: { ...data, [ramenConfigKey]: withSortedProfiles(text) } }),
    ...(conditions === undefined ? {} : { status: { ...status, conditions } }),
  }
}

const comparable = ({ tables, ...rest }: Snapshot): Snapshot => ({
  ...rest,
  tables: Object.fromEntries(
    Object.entries(tables).map(([table, objects]) => [table, objects.map(comparableObject)]),
  ),
})

/** Names what differs, never a value: it may be a secret's. */
export const differencesSince = async (
  before: readonly Snapshot[],
  clusters: readonly Cluster[],
): Promise<readonly string[]> => {
  const snapshots = await Promise.all(clusters.map(async (cluster) => cluster.snapshot()))
  return snapshots.flatMap((is, n) => {
    const was = before[n]
    if (was === undefined) return [`cluster ${n}: there is no snapshot`]
    return sameState(comparable(was), comparable(is), { ignore: isPerRun }).map(
      ({ object, path }) => `cluster ${n}: ${object} ${path}`,
    )
  })
}
