import { Agent, request } from 'node:https'
import {
  eventually,
  startTestCluster,
  type Cluster,
  type ObjectSource,
  type TestClusterOptions,
  type UserIdentity,
} from '@odfmo/testkit'
import { expect } from 'vitest'
import { apiVersionOf, type Kind, type KubeObject, type ObjectKey, type Status } from '../src/meta.ts'
import { kinds } from '../src/kinds.ts'
import { agentPolicies } from '../src/policies/agent-policies.ts'

/** What the server said. */
export interface Answer {
  readonly status: number
  readonly body: KubeObject & Partial<Omit<Status, 'kind' | 'apiVersion' | 'metadata'>>
}

/** Somebody's requests, each sent as it is. */
export interface Client {
  create(kind: Kind, object: object, query?: string): Promise<Answer>
  get(kind: Kind, name: string): Promise<Answer>
  put(kind: Kind, object: KubeObject, query?: string): Promise<Answer>
  patch(kind: Kind, name: string, patch: object, query?: string): Promise<Answer>
  delete(kind: Kind, key: ObjectKey, query?: string): Promise<Answer>
}

/** An API server of the provider that the environment names, and clients of it. */
export interface ApiServer {
  readonly cluster: Cluster
  /** Whoever this is has all rights: what is refused, is refused by admission. */
  as(who: string | UserIdentity): Client
  readonly admin: Client
  withToken(token: string): Client
  end(): Promise<void>
}

export const startApiServer = async (
  crds: readonly ObjectSource[],
  { controllers = true }: Pick<TestClusterOptions, 'controllers'> = {},
): Promise<ApiServer> => {
  const cluster = await startTestCluster({ crds, controllers })
  const agents: Agent[] = []
  const client = (options: object, headers: Readonly<Record<string, string>> = {}): Client => {
    const agent = new Agent({ keepAlive: true, ca: cluster.ca, ...options })
    agents.push(agent)
    return clientBy((method, path, body, type) =>
      send(`${cluster.url}${path}`, {
        method,
        agent,
        headers: { 'content-type': type, ...headers },
        body,
      }),
    )
  }
  const as = (who: string | UserIdentity): Client => {
    const { user, groups = [] } = typeof who === 'string' ? { user: who } : who
    return client(
      certificateOf(cluster, { user, groups: [...groups, 'system:masters', 'system:authenticated'] }),
    )
  }
  return {
    cluster,
    as,
    admin: as('admin'),
    withToken: (token) => client({}, { authorization: `Bearer ${token}` }),
    end: async () => {
      for (const agent of agents) agent.destroy()
      await cluster.stop()
    },
  }
}

type Call = (method: string, path: string, body?: object, type?: string) => Promise<Answer>

const clientBy = (call: Call): Client => ({
  create: (kind, object, query = '') =>
    call('POST', `${pathOf(kind, namespaceOf(object))}${query}`, { ...typeMeta(kind), ...object }, json),
  get: (kind, name) => call('GET', `${pathOf(kind)}/${name}`),
  put: (kind, object, query = '') =>
    call(
      'PUT',
      `${pathOf(kind, object.metadata.namespace)}/${object.metadata.name}${query}`,
      { ...typeMeta(kind), ...object },
      json,
    ),
  patch: (kind, name, patch, query = '') =>
    call(
      'PATCH',
      `${pathOf(kind, namespaceOf(patch))}/${name}${query}`,
      patch,
      'application/merge-patch+json',
    ),
  delete: (kind, { namespace, name }, query = '') =>
    call('DELETE', `${pathOf(kind, namespace)}/${name}${query}`),
})

const json = 'application/json'

const typeMeta = (kind: Kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })

const namespaceOf = (object: object): string | undefined => (object as KubeObject).metadata?.namespace

const pathOf = (kind: Kind, namespace?: string): string =>
  [
    kind.group === '' ? '/api' : `/apis/${kind.group}`,
    kind.version,
    ...(kind.namespaced ? ['namespaces', namespace ?? 'default'] : []),
    kind.plural,
  ].join('/')

interface Sent {
  readonly method: string
  readonly agent: Agent
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: object | undefined
}

const send = (url: string, { body, headers, ...options }: Sent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const defined = Object.entries({ ...headers, 'content-length': bytes?.length ?? 0 }).flatMap(
      ([name, value]) => (value === undefined ? [] : [[name, value] as const]),
    )
    const sent = request(url, { ...options, headers: Object.fromEntries(defined) }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Answer['body'] }),
      )
    })
    sent.on('error', reject)
    sent.end(bytes)
  })

const certificateOf = (cluster: Cluster, identity: UserIdentity) => {
  const text = cluster.kubeconfig(identity)
  const pem = (field: string): Buffer => {
    const value = new RegExp(`^\\s*${field}: *"?([\\w+/=]+)"?$`, 'm').exec(text)?.[1]
    if (value === undefined)
      throw new Error(`the kubeconfig of ${JSON.stringify(identity.user)} has no ${field}`)
    return Buffer.from(value, 'base64')
  }
  return { cert: pem('client-certificate-data'), key: pem('client-key-data') }
}

/** Both identities that the agent of a cluster may have. */
export const agentUsers = {
  certificate: (cluster: string) =>
    `system:open-cluster-management:cluster:${cluster}:addon:tokenexchange:agent:tokenexchange`,
  token: (cluster: string) => `system:serviceaccount:${cluster}:tokenexchange-agent`,
}

/** The group that the hub gives rights to, beside the first of them. */
export const agentGroup = (cluster: string): string =>
  `system:open-cluster-management:cluster:${cluster}:addon:tokenexchange`

/** Everybody who has the rights of a cluster's agent: also somebody whom another approver gave a certificate of its group. */
export const agentRequesters: Readonly<Record<string, (cluster: string) => UserIdentity>> = {
  certificate: (cluster) => ({ user: agentUsers.certificate(cluster), groups: [agentGroup(cluster)] }),
  token: (cluster) => ({ user: agentUsers.token(cluster) }),
  'group alone': (cluster) => ({ user: 'somebody', groups: [agentGroup(cluster)] }),
}

/** Installs the agents' policies, and waits until the server acts by each: a real one hears of them after a while. */
export const installAgentPolicies = async (server: ApiServer, existing: KubeObject): Promise<void> => {
  await server.cluster.apply(...(agentPolicies as unknown as readonly ObjectSource[]))
  const probe = { namespace: 'default', name: 'there' }
  await server.admin.create(kinds.Secret, { metadata: probe })
  const agent = server.as(agentUsers.certificate('nobody'))
  await eventually(server.cluster, async () => {
    const secret = await agent.create(kinds.Secret, { metadata: { name: 'probe' } }, '?dryRun=All')
    const patch = { metadata: { labels: { probe: 'probe' } } }
    const peer = await agent.patch(kinds.MirrorPeer, existing.metadata.name ?? '', patch, '?dryRun=All')
    const deletion = await agent.delete(kinds.Secret, probe, '?dryRun=All')
    expect([secret.status, peer.status, deletion.status]).toEqual([403, 403, 403])
  })
}
