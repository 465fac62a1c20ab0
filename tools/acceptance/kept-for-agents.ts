import { contract, kinds, type Kind } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import type { Cluster, KindRef } from '@odfmo/testkit'

const refOf = (kind: Kind): KindRef => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })

/** By kind: what an agent, its klusterlet and its kubelet keep for it alone. Their content is of each run; that it goes is not. */
const kept: readonly (readonly [KindRef, (name: string) => boolean])[] = [
  [refOf(kinds.Secret), (name) => name === contract.addon.hubKubeconfigSecret],
  [refOf(kinds.ConfigMap), (name) => name === contract.spoke.lock],
  [refOf(kinds.Lease), (name) => name === contract.spoke.lock || name === contract.addon.name],
  [{ apiVersion: 'v1', kind: 'Pod' }, (name) => name.startsWith('token-exchange-agent-')],
]

/** What is there of it on spokes: nothing, when no add-on is any more. `differencesSince` leaves all of it out. */
export const keptForAgents = async (spokes: readonly Cluster[]): Promise<readonly string[]> => {
  const found = spokes.flatMap((spoke) =>
    kept.map(async ([ref, isOne]) =>
      (await spoke.list(ref))
        .filter(({ metadata: { name = '' } }) => isOne(name))
        .map(({ metadata }) => `${spoke.name}: ${ref.kind} ${metadata.namespace}/${metadata.name}`),
    ),
  )
  return (await Promise.all(found)).flat()
}
