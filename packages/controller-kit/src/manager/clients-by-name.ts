import type { KubeClient } from '../client/kube-client.ts'

/** Clients by the name of their cluster, or a list in which each knows its own. */
export type Clients = Readonly<Record<string, KubeClient>> | readonly KubeClient[]

/** Throws a `TypeError` when two of a list have the same name. */
export const clientsByName = (clients: Clients): Readonly<Record<string, KubeClient>> => {
  if (!isList(clients)) return clients
  const named = Object.fromEntries(clients.map((client) => [client.cluster, client]))
  if (Object.keys(named).length === clients.length) return named
  const names = clients.map(({ cluster }) => cluster).join(', ')
  throw new TypeError(`manager: expected clients of different names, got ${names}`)
}

const isList = (clients: Clients): clients is readonly KubeClient[] => Array.isArray(clients)
