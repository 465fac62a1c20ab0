import { journalOf, type Cluster, type RequestRecord } from '@odfmo/testkit'

/** Changes by the hub that are no leases and no events. */
export const writesOf = async (cluster: Cluster, user: string): Promise<readonly RequestRecord[]> =>
  (await journalOf(cluster))
    .writes({ user })
    .filter(({ resource }) => !['leases.coordination.k8s.io', 'events.events.k8s.io'].includes(resource))
