import { contract } from '@odfmo/api-types'
import type { Fleet } from './fleet.ts'
import { convergedRef, externalRef } from './storage-refs.ts'

/** Remembers how all clusters are, once nothing of ours is written any more. */
export const rememberAll = async ({ calls }: Fleet): Promise<void> => {
  for (const one of calls) await one.settled()
  for (const one of calls) await one.remember()
}

/** Resolves when what programs of this repository have written is as it was remembered, and no agent is left. */
export const untilAsBefore = (fleet: Fleet): Promise<void> =>
  fleet.until(async () => {
    const differences = await Promise.all(
      fleet.calls.map(async (cluster) =>
        (await cluster.differences())
          .filter((line) => !isNewKey(line))
          .map((line) => `${cluster.name}: ${line}`),
      ),
    )
    const left = [...differences.flat(), ...agentsLeft(fleet)]
    if (left.length > 0) throw new Error(['this is not as before:', ...left].join('\n  '))
  })

/** A key that storage got meanwhile is its own business. */
const isNewKey = (line: string): boolean =>
  line.startsWith(`secrets ${convergedRef.namespace}/cluster-peer-token-`) && line.includes(': data.')

/** On a real fleet the agents are written by Open Cluster Management: nobody else's object tells that they are gone. */
const agentsLeft = ({ spokes, observer: { seen } }: Fleet): readonly string[] =>
  spokes.flatMap(({ name }) => [
    ...[convergedRef, externalRef]
      .filter(
        ({ namespace }) => seen.get(name, 'deployments', 'token-exchange-agent', namespace) !== undefined,
      )
      .map(({ namespace }) => `${name}: deployments ${namespace}/token-exchange-agent was left behind`),
    ...(seen.get('hub', 'managedclusteraddons', contract.addon.name, name) === undefined
      ? []
      : [`hub: managedclusteraddons ${name}/${contract.addon.name} was left behind`]),
  ])
