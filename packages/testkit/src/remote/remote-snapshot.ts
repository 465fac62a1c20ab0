import type { ClusterClient } from '../access/cluster-client.ts'
import { isNotFound } from '../access/cluster-error.ts'
import { apiVersionOf } from '@odfmo/api-types/meta'
import type { KubeObject } from '../kube-object.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Discovery, ServedKind } from './discovery.ts'
import { fewAtATime } from './few-at-a-time.ts'

/** The same objects a second time (events), and what is made up at each request. */
const leftOut = new Set(['events.k8s.io/events', '/componentstatuses'])

/** Metrics and the like, which are only there where their server is. */
const isOwnGroup = ({ group }: ServedKind): boolean => !group.endsWith('metrics.k8s.io')

const keyText = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`

/** Lists everything that can be listed, in the versions that the server prefers. */
export const snapshotOverHttps = async (client: ClusterClient, discovery: Discovery): Promise<Snapshot> => {
  const kinds = (await discovery.all()).filter(
    (kind) => kind.isListable && isOwnGroup(kind) && !leftOut.has(`${kind.group}/${kind.plural}`),
  )
  const lists = await fewAtATime(kinds, async (kind) => {
    try {
      const { items, resourceVersion } = await client.list(kind, {})
      const objects = items.map(
        (item) => ({ ...item, apiVersion: apiVersionOf(kind), kind: kind.kind }) as KubeObject,
      )
      objects.sort((left, right) => (keyText(left) < keyText(right) ? -1 : 1))
      return { table: `${kind.group}/${kind.plural}`, objects, revision: Number(resourceVersion) }
    } catch (error) {
      if (!isNotFound(error)) throw error
      return undefined // its definition has gone since
    }
  })
  const found = lists.filter((list) => list !== undefined)
  return {
    revision: Math.max(0, ...found.map(({ revision }) => revision)),
    tables: Object.fromEntries(
      found
        .filter(({ objects }) => objects.length > 0)
        .sort((left, right) => (left.table < right.table ? -1 : 1))
        .map(({ table, objects }) => [table, objects]),
    ),
  }
}
