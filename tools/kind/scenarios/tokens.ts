import { hubSecretName } from '@odfmo/secret-naming'
import { at } from '../../demo/chain/seen.ts'
import type { Fleet } from './fleet.ts'
import { convergedRef } from './storage-refs.ts'

/** Both ways in which one spoke gives its token and another takes it. */
export const directions = ({
  spokes,
}: Pick<Fleet, 'spokes'>): readonly { readonly from: string; readonly to: string }[] =>
  spokes.flatMap(({ name: from }) =>
    spokes.filter(({ name }) => name !== from).map(({ name: to }) => ({ from, to })),
  )

/** What the token of a spoke is called on the hub, and where it is taken. */
export const tokenName = (clusterName: string): string =>
  hubSecretName({ clusterName, storageClusterRef: convergedRef })

/** The peer token that a spoke's storage has now; for comparisons, never to be printed. */
export const ownToken = ({ observer: { seen } }: Fleet, spoke: string): unknown => {
  const name = `cluster-peer-token-${convergedRef.name}-cephcluster`
  return at(seen.get(spoke, 'secrets', name, convergedRef.namespace), 'data', 'token')
}

/** Throws while one spoke has not exactly the token that the other's storage has now. */
export const expectTokenTaken = (
  fleet: Fleet,
  { from, to }: { readonly from: string; readonly to: string },
): void => {
  const given = ownToken(fleet, from)
  const copy = fleet.observer.seen.get(to, 'secrets', tokenName(from), convergedRef.namespace)
  if (given === undefined) throw new Error(`${from} has no peer token`)
  if (given !== at(copy, 'data', 'token')) throw new Error(`${to} has not the present token of ${from}`)
}
