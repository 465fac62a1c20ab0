import { contract } from '@odfmo/api-types'
import { journalOf, type InMemoryCluster, type RequestRecord } from '@odfmo/testkit'
import { hubUser, spokeUser } from './agent-rights.ts'
import type { Fleet } from './fleet.ts'

/** What the agents of a cluster wrote, but for their own locks and signs of life. */
export const writesOf = async (fleet: Fleet, clusterName: string): Promise<readonly string[]> => {
  const all = await Promise.all(
    fleet.clusters.map(async (cluster) =>
      (await journalOf(cluster))
        .writes()
        .filter((record) => isAgentsWrite(record, cluster.name, clusterName))
        .map(
          ({ verb, resource, namespace: at, name }) => `${cluster.name}: ${verb} ${resource} ${at}/${name}`,
        ),
    ),
  )
  return all.flat()
}

const isAgentsWrite = ({ user, name }: RequestRecord, cluster: string, clusterName: string): boolean =>
  (cluster === 'hub' ? user === hubUser(clusterName) : cluster === clusterName && user === spokeUser) &&
  name !== contract.spoke.lock &&
  name !== contract.addon.name

/** Resolves at the next write of a cluster's agent, and lets no request of it through from then on: as if it died there. */
export const nextWrite = (
  fleet: Fleet<InMemoryCluster>,
  clusterName: string,
): { readonly written: Promise<void>; readonly revive: () => void } => {
  const verbs = new Set(['create', 'update', 'patch', 'delete'])
  const revivals: (() => void)[] = []
  const written = new Promise<void>((resolve) => {
    for (const cluster of fleet.clusters) {
      const end = cluster.requests.subscribe((record) => {
        if (
          !verbs.has(record.verb) ||
          record.status >= 300 ||
          !isAgentsWrite(record, cluster.name, clusterName)
        )
          return
        for (const each of fleet.clusters) {
          const user = each === fleet.hub ? hubUser(clusterName) : spokeUser
          if (each === fleet.hub || each.name === clusterName)
            revivals.push(each.faults.add({ match: { user }, fault: { kind: 'reset', when: 'before' } }))
        }
        resolve()
      })
      revivals.push(end)
    }
  })
  return {
    written,
    revive: () => {
      for (const revival of revivals.splice(0)) revival()
    },
  }
}
