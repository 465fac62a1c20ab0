import { contract } from '@odfmo/api-types'
import type { Fleet } from './fleet.ts'
import { convergedRef } from './storage-refs.ts'
import { tokenName } from './tokens.ts'

/** What must live on while other things come and go, with its uid: agents, their registrations, and what was exchanged. */
export const identities = ({ spokes, observer: { seen } }: Fleet): readonly string[] => {
  const idOf = (cluster: string, resource: string, name: string, namespace?: string): string => {
    const where = namespace === undefined ? name : `${namespace}/${name}`
    return `${cluster}: ${resource} ${where}, uid ${seen.get(cluster, resource, name, namespace)?.metadata.uid ?? 'none'}`
  }
  return spokes.flatMap(({ name }) => [
    idOf('hub', 'managedclusteraddons', contract.addon.name, name),
    idOf('hub', 'drclusters', name),
    ...spokes.map((one) => idOf('hub', 'secrets', tokenName(one.name), name)),
    idOf(name, 'deployments', 'token-exchange-agent', convergedRef.namespace),
    ...seen
      .list('hub', 'certificatesigningrequests')
      .filter(({ metadata }) => metadata.labels?.['open-cluster-management.io/cluster-name'] === name)
      .map(({ metadata }) => `hub: certificatesigningrequests ${metadata.name}, uid ${metadata.uid}`),
  ])
}

/** Throws when one of them is not the same any more, or is new. */
export const expectSame = (before: readonly string[], now: readonly string[]): void => {
  const changed = [
    ...before.filter((one) => !now.includes(one)).map((one) => `was ${one}`),
    ...now.filter((one) => !before.includes(one)).map((one) => `is ${one}`),
  ]
  if (changed.length > 0) throw new Error(['this was made anew, or is gone:', ...changed].join('\n  '))
}
