import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  apiVersionOf,
  contract,
  kinds,
  mirrorPeerCrd,
  type Kind,
  type KubeObject,
  type MirrorPeer,
  type ObjectKey,
  type PeerRef,
  type PolicyRule,
  type StorageCluster,
} from '@odfmo/api-types'
import { Credentials, KubeClient, type Clock, type Engine, type Logger } from '@odfmo/controller-kit'
import {
  eventually,
  hubCrds,
  spokeCrds,
  startCluster,
  storage,
  type Cluster,
  type RequestRecord,
  type Snapshot,
  type StorageSimulator,
} from '@odfmo/testkit'
import type { AgentScope } from '../src/agent-scope.ts'
import { agentManager } from '../src/run-agent.ts'
import { playHub } from './play-hub.ts'

export const namespace = 'openshift-storage'
export const storageClusterName = 'ocs-storagecluster'

export const refOf = (
  clusterName: string,
  storageClusterRef = { name: storageClusterName, namespace },
): PeerRef => ({ clusterName, storageClusterRef })

export const mirrorPeer = (
  name = 'mirrorpeer-sample',
  spec: Partial<MirrorPeer['spec']> = {},
): MirrorPeer => ({
  apiVersion: apiVersionOf(kinds.MirrorPeer),
  kind: 'MirrorPeer',
  metadata: { name, finalizers: [contract.finalizer.hub] },
  spec: {
    items: [refOf('cluster1'), refOf('cluster2')],
    type: 'async',
    schedulingIntervals: ['5m'],
    manageS3: true,
    ...spec,
  },
})

const scopeOf = (clusterName: string, scope: Partial<AgentScope> = {}): AgentScope => ({
  clusterName,
  installNamespace: namespace,
  odrNamespace: undefined,
  match: contract.defaultSourceMatch,
  ...scope,
})

/** A running agent; `stop` resolves when nothing of it is left. */
export interface RunningAgent {
  readonly engine: Engine
  readonly ended: Promise<void>
  stop(): Promise<void>
  /** As a killed process: no release, no more requests. */
  kill(): Promise<void>
}

export interface Fleet {
  readonly hub: Cluster
  readonly spokes: Readonly<Record<string, Cluster>>
  readonly clusters: readonly Cluster[]
  readonly storage: Readonly<Record<string, StorageSimulator>>
  startAgent(
    clusterName: string,
    options?: {
      readonly logger?: Logger
      readonly scope?: Partial<AgentScope>
      readonly workers?: number
      readonly clock?: Clock
    },
  ): Promise<RunningAgent>
  /** Files with an agent's identities; written anew at each call. */
  kubeconfigs(clusterName: string): Promise<{ readonly hub: string; readonly spoke: string }>
  get<T extends KubeObject>(cluster: Cluster, kind: Kind<T>, key: ObjectKey): T | undefined
  list<T extends KubeObject>(cluster: Cluster, kind: Kind<T>, namespace?: string): T[]
  deleteObject(cluster: Cluster, kind: Kind, key: ObjectKey): Promise<void>
  snapshots(): Snapshot[]
  stop(): Promise<void>
}

const rule = (apiGroup: string, resource: string, verbs: string): PolicyRule => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs: verbs.split(' '),
})
const read = 'get list watch'

/** What kinds.ts says the agent needs, and no more. */
const spokeNamespaceRules: readonly PolicyRule[] = [
  rule('', 'secrets', `${read} create patch delete`),
  rule('', 'configmaps', `${read} create update patch`),
  rule('objectbucket.io', 'objectbucketclaims', `${read} create delete`),
  rule('route.openshift.io', 'routes', read),
  rule('ocs.openshift.io', 'storageclusters', `${read} patch`),
  rule('ceph.rook.io', 'cephclusters', read),
  rule('coordination.k8s.io', 'leases', 'get create update patch'),
]
/** In ODR_NAMESPACE. */
const claimNamespaceRules: readonly PolicyRule[] = [
  rule('', 'secrets', read),
  rule('', 'configmaps', read),
  rule('objectbucket.io', 'objectbucketclaims', `${read} create delete`),
]
const spokeClusterRules: readonly PolicyRule[] = [
  rule('storage.k8s.io', 'storageclasses', `${read} patch`),
  rule('replication.storage.openshift.io', 'volumereplicationclasses', `${read} create patch delete`),
  rule('', 'namespaces', read),
]
const hubNamespaceRules: readonly PolicyRule[] = [rule('', 'secrets', `${read} create patch delete`)]
const hubClusterRules: readonly PolicyRule[] = [
  rule('multicluster.odf.openshift.io', 'mirrorpeers', `${read} patch update`),
]

const rbacApi = 'rbac.authorization.k8s.io'

const granted = (
  name: string,
  namespaced: string | undefined,
  rules: readonly PolicyRule[],
  user: string,
): KubeObject[] => {
  const scope = namespaced === undefined ? 'ClusterRole' : 'Role'
  const metadata = { name, ...(namespaced === undefined ? {} : { namespace: namespaced }) }
  return [
    { apiVersion: `${rbacApi}/v1`, kind: scope, metadata, rules } as KubeObject,
    {
      apiVersion: `${rbacApi}/v1`,
      kind: `${scope}Binding`,
      metadata,
      roleRef: { apiGroup: rbacApi, kind: scope, name },
      subjects: [{ apiGroup: rbacApi, kind: 'User', name: user }],
    } as KubeObject,
  ]
}

const namespaceObject = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
})

const spokeUser = `system:serviceaccount:${namespace}:token-exchange-agent-sa`
const hubUser = (clusterName: string): string =>
  `system:open-cluster-management:cluster:${clusterName}:addon:tokenexchange:agent:tokenexchange`

export interface FleetOptions {
  /** More namespaces on the spokes, with rights in them. */
  readonly namespaces?: readonly string[]
  /** More namespaces for bucket claims only. */
  readonly claimNamespaces?: readonly string[]
  readonly storageClusters?: readonly KubeObject[]
}

export const storageCluster = (
  spec: object = {},
  key: ObjectKey = { namespace, name: storageClusterName },
): KubeObject =>
  ({
    apiVersion: apiVersionOf(kinds.StorageCluster),
    kind: 'StorageCluster',
    metadata: { ...key },
    spec,
  }) as KubeObject

/** A hub, two spokes with storage, and the hub's part of the exchange; agents are started by the test. */
export const startFleet = async ({
  namespaces = [],
  claimNamespaces = [],
  storageClusters = [storageCluster()],
}: FleetOptions = {}): Promise<Fleet> => {
  const folder = await mkdtemp(join(tmpdir(), 'agent-test-'))
  const names = ['cluster1', 'cluster2']
  const hub = await startCluster({ name: 'hub', crds: [...hubCrds, mirrorPeerCrd] })
  const spokes: Record<string, Cluster> = {}
  const simulators: Record<string, StorageSimulator> = {}
  for (const name of names) {
    const spoke = await startCluster({ name, crds: [...spokeCrds] })
    spokes[name] = spoke
    await spoke.apply(
      ...[namespace, ...namespaces, ...claimNamespaces].map(namespaceObject),
      ...claimNamespaces.flatMap((each) => granted('agent', each, claimNamespaceRules, spokeUser)),
      ...[namespace, ...namespaces].flatMap((each) => granted('agent', each, spokeNamespaceRules, spokeUser)),
      ...granted('agent', undefined, spokeClusterRules, spokeUser),
      ...storageClusters,
    )
    simulators[name] = await storage({ spoke: spoke.kubeconfig() })
    await hub.apply(
      namespaceObject(name),
      ...granted('agent', name, hubNamespaceRules, hubUser(name)),
      ...granted(`agent-${name}`, undefined, hubClusterRules, hubUser(name)),
    )
  }
  const clusters = [hub, ...Object.values(spokes)]
  await eventually(Object.values(spokes), () =>
    Object.values(spokes).every((spoke) =>
      spoke
        .list({ apiVersion: apiVersionOf(kinds.StorageCluster), kind: 'StorageCluster' })
        .every((each) => (each as StorageCluster).status?.phase === 'Ready'),
    ),
  )
  const adminFile = join(folder, 'hub-admin')
  await writeFile(adminFile, hub.kubeconfig())
  const admin = await clientOf(adminFile, 'hub', 'test')
  const stopHub = playHub(hub, admin)
  const running: RunningAgent[] = []
  const kubeconfigs: Fleet['kubeconfigs'] = async (clusterName) => {
    const files = { hub: join(folder, `${clusterName}-hub`), spoke: join(folder, `${clusterName}-spoke`) }
    await writeFile(files.spoke, (spokes[clusterName] as Cluster).kubeconfig({ user: spokeUser }))
    await writeFile(
      files.hub,
      hub.kubeconfig({ user: hubUser(clusterName), groups: ['system:authenticated'] }),
    )
    return files
  }
  let deletions = 0

  return {
    hub,
    spokes,
    clusters,
    storage: simulators,
    kubeconfigs,
    async startAgent(clusterName, { logger, scope, workers, clock } = {}) {
      const files = await kubeconfigs(clusterName)
      const agent = runAgent({
        scope: scopeOf(clusterName, scope),
        hub: await clientOf(files.hub, 'hub'),
        spoke: await clientOf(files.spoke, 'spoke'),
        logger,
        workers,
        clock,
      })
      running.push(agent)
      return agent
    },
    get: (cluster, kind, key) =>
      cluster.get({ apiVersion: apiVersionOf(kind), kind: kind.kind }, key) as never,
    list: (cluster, kind, inNamespace) =>
      cluster.list({ apiVersion: apiVersionOf(kind), kind: kind.kind }, inNamespace) as never,
    async deleteObject(cluster, kind, key) {
      deletions += 1
      const file = join(folder, `${cluster.name}-deletion-${deletions}`)
      await writeFile(file, cluster.kubeconfig())
      const client = await clientOf(file, cluster.name, 'test')
      try {
        await client.delete(kind, key)
      } finally {
        await client.close()
      }
    },
    snapshots: () => clusters.map((cluster) => cluster.snapshot()),
    async stop() {
      await Promise.all(running.map((agent) => agent.stop()))
      await stopHub()
      await admin.close()
      await Promise.all(Object.values(simulators).map((simulator) => simulator.stop()))
      await Promise.all(clusters.map((cluster) => cluster.stop()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const clientOf = async (
  kubeconfig: string,
  cluster: string,
  component = 'token-exchange-agent',
): Promise<KubeClient> =>
  new KubeClient({
    cluster,
    component,
    version: '0.0.0',
    credentials: await Credentials.load({ kubeconfig }),
    rateLimit: false,
  })

/** A machine under load answers a renewal late: the deadlines are the service's own, only the tries are quicker. */
const quickTimings = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 500 }
let started = 0

interface AgentSetting {
  readonly scope: AgentScope
  readonly hub: KubeClient
  readonly spoke: KubeClient
  readonly logger: Logger | undefined
  readonly workers: number | undefined
  readonly clock: Clock | undefined
}

const runAgent = ({ scope, hub, spoke, logger, workers, clock }: AgentSetting): RunningAgent => {
  const stop = new AbortController()
  started += 1
  const { manager, engine } = agentManager({
    scope,
    hub,
    spoke,
    // One process after the other, as a restarted pod: it takes its own lock again at once.
    identity: `agent-of-${scope.clusterName}`,
    logger: logger ?? quiet,
    leaderTimings: quickTimings,
    ...(workers === undefined ? {} : { workers }),
    ...(clock === undefined ? {} : { clock }),
  })
  const run = manager.run(stop.signal)
  const ended = run.then(
    () => undefined,
    () => undefined,
  )
  return {
    engine,
    ended,
    async stop() {
      stop.abort()
      await ended
    },
    async kill() {
      await Promise.all([hub.close(), spoke.close()])
      stop.abort()
      await ended
    },
  }
}

const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
}

/** What the agents of a cluster wrote, but for their own locks and signs of life. */
export const writesOf = (fleet: Fleet, clusterName: string): readonly string[] =>
  fleet.clusters.flatMap((cluster) =>
    cluster.requests
      .writes()
      .filter((record) => isAgentsWrite(record, cluster.name, clusterName))
      .map(({ verb, resource, namespace: at, name }) => `${cluster.name}: ${verb} ${resource} ${at}/${name}`),
  )

const isAgentsWrite = ({ user, name }: RequestRecord, cluster: string, clusterName: string): boolean =>
  (cluster === 'hub' ? user === hubUser(clusterName) : cluster === clusterName && user === spokeUser) &&
  name !== contract.spoke.lock &&
  name !== contract.addon.name

/** Resolves at the next write of a cluster's agent, and lets no request of it through from then on: as if it died there. */
export const nextWrite = (
  fleet: Fleet,
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

/** Waits until no agent has work, or times out with what is still to do. */
export const settled = (fleet: Fleet, check: () => void): Promise<void> =>
  eventually(fleet.clusters, check, { timeoutMs: 15_000 })
