import { contract } from '@odfmo/api-types'
import type { Fleet } from './fleet.ts'
import { convergedRef } from './storage-refs.ts'
import { tokenName } from './tokens.ts'

/** What must live on while other things come and go, with its uid: agents, what places them, and what was exchanged. */
const identities = ({ spokes, observer: { seen } }: Fleet): readonly string[] => {
  const idOf = (cluster: string, resource: string, name: string, namespace?: string): string => {
    const where = namespace === undefined ? name : `${namespace}/${name}`
    return `${cluster}: ${resource} ${where}, uid ${seen.get(cluster, resource, name, namespace)?.metadata.uid ?? 'none'}`
  }
  return spokes.flatMap(({ name }) => [
    idOf('hub', 'managedclusteraddons', contract.addon.name, name),
    idOf('hub', 'drclusters', name),
    ...spokes.map((one) => idOf('hub', 'secrets', tokenName(one.name), name)),
    idOf(name, 'deployments', 'token-exchange-agent', convergedRef.namespace),
  ])
}

/** The requests for certificates of agents; Kubernetes takes each away an hour after it was decided. */
const registrations = ({ observer: { seen } }: Fleet): readonly string[] =>
  seen
    .list('hub', 'certificatesigningrequests')
    .filter(
      ({ metadata: { labels } }) => labels?.['open-cluster-management.io/addon-name'] === contract.addon.name,
    )
    .map(({ metadata }) => metadata.name ?? '')

/** Remembers both; what it answers throws when something was made anew since, is gone, or has registered again. */
export const rememberIdentities = (fleet: Fleet): (() => void) => {
  const [before, registered] = [identities(fleet), registrations(fleet)]
  return () => {
    const now = identities(fleet)
    const changed = [
      ...before.filter((one) => !now.includes(one)).map((one) => `was ${one}`),
      ...now.filter((one) => !before.includes(one)).map((one) => `is ${one}`),
      ...registrations(fleet)
        .filter((one) => !registered.includes(one))
        .map((one) => `new is hub: certificatesigningrequests ${one}`),
    ]
    if (changed.length > 0) throw new Error(['this was made anew, or is gone:', ...changed].join('\n  '))
  }
}
