import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  agentPolicies,
  agentRights,
  apiVersionOf,
  contract,
  kinds,
  mirrorPeerCrd,
  type Kind,
  type KubeObject,
  type MirrorPeer,
  type ObjectKey,
  type PeerRef,
  type StorageCluster,
} from '@odfmo/api-types'
import type { Clock, Logger } from '@odfmo/controller-kit'
import { handlers } from '@odfmo/secret-exchange'
import {
  eventually,
  hubCrds,
  spokeCrds,
  startTestCluster,
  storage,
  type Cluster,
  type MaybePromise,
  type ObjectSource,
  type Snapshot,
  type StorageSimulator,
} from '@odfmo/testkit'
import { granted, hubUser, namespace, read, rule, spokeUser } from './agent-rights.ts'
import type { AgentScope } from '../src/agent-scope.ts'
import { playHub } from './play-hub.ts'
import { clientOf, runAgent, type RunningAgent } from './running-agent.ts'

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
  handlers,
  ...scope,
})

export interface Fleet<C extends Cluster = Cluster> {
  readonly hub: C
  readonly spokes: Readonly<Record<string, C>>
  readonly clusters: readonly C[]
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
  get<T extends KubeObject>(cluster: Cluster, kind: Kind<T>, key: ObjectKey): Promise<T | undefined>
  list<T extends KubeObject>(cluster: Cluster, kind: Kind<T>, namespace?: string): Promise<T[]>
  deleteObject(cluster: Cluster, kind: Kind, key: ObjectKey): Promise<void>
  snapshots(): Promise<Snapshot[]>
  stop(): Promise<void>
}

const namespaceObject = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
})

type StartOne<C extends Cluster> = (options: {
  readonly name: string
  readonly crds: readonly ObjectSource[]
}) => Promise<C>

export interface FleetOptions<C extends Cluster = Cluster> {
  /** Of the provider that the environment names when left out. */
  readonly start?: StartOne<C>
  /** More namespaces on the spokes, with rights in them. */
  readonly namespaces?: readonly string[]
  /** More namespaces for bucket claims only. */
  readonly claimNamespaces?: readonly string[]
  readonly storageClusters?: readonly KubeObject[]
  /** Whether the hub's part is played; a test that does it itself says no. */
  readonly playsHub?: boolean
  /** What agents may do with MirrorPeers besides reading: to patch and to update them when left out. */
  readonly mirrorPeerVerbs?: string
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
export const startFleet = async <C extends Cluster = Cluster>({
  // No other C is asked for where it is left out.
  start = startTestCluster as StartOne<Cluster> as StartOne<C>,
  namespaces = [],
  claimNamespaces = [],
  storageClusters = [storageCluster()],
  mirrorPeerVerbs = 'patch update',
  playsHub = true,
}: FleetOptions<C> = {}): Promise<Fleet<C>> => {
  const folder = await mkdtemp(join(tmpdir(), 'agent-test-'))
  const names = ['cluster1', 'cluster2']
  const spokes: Record<string, C> = {}
  const simulators: Record<string, StorageSimulator> = {}
  const startSpoke = async (name: string): Promise<void> => {
    const spoke = await start({ name, crds: [...spokeCrds] })
    spokes[name] = spoke
    await spoke.apply(
      ...[namespace, ...namespaces, ...claimNamespaces].map(namespaceObject),
      ...claimNamespaces.flatMap((each) => granted('agent', each, agentRights.bucketNamespace, spokeUser)),
      ...[namespace, ...namespaces].flatMap((each) =>
        granted(
          'agent',
          each,
          each === namespace ? agentRights.installNamespace : agentRights.storageNamespace,
          spokeUser,
        ),
      ),
      ...granted('agent', undefined, agentRights.spokeCluster, spokeUser),
      ...storageClusters,
    )
    simulators[name] = await storage({ spoke: spoke.kubeconfig() })
  }
  const hubClusterRules = [rule('multicluster.odf.openshift.io', 'mirrorpeers', `${read} ${mirrorPeerVerbs}`)]
  const [hub] = await Promise.all([
    start({ name: 'hub', crds: [...hubCrds, mirrorPeerCrd] }),
    ...names.map(startSpoke),
  ])
  await hub.apply(
    ...agentPolicies,
    ...names.flatMap((name) => [
      namespaceObject(name),
      ...granted('agent', name, agentRights.hubNamespace, hubUser(name)),
      ...granted(`agent-${name}`, undefined, hubClusterRules, hubUser(name)),
    ]),
  )
  const clusters = [hub, ...names.flatMap((name) => spokes[name] ?? [])]
  for (const spoke of Object.values(spokes)) {
    await eventually(spoke, async () => {
      const all = await spoke.list({ apiVersion: apiVersionOf(kinds.StorageCluster), kind: 'StorageCluster' })
      return all.every((each) => (each as StorageCluster).status?.phase === 'Ready')
    })
  }
  const adminFile = join(folder, 'hub-admin')
  await writeFile(adminFile, hub.kubeconfig())
  const admin = await clientOf(adminFile, 'hub', 'test')
  const stopHub = playsHub ? await playHub(hub, admin) : async () => undefined
  const running: RunningAgent[] = []
  const kubeconfigs: Fleet['kubeconfigs'] = async (clusterName) => {
    const files = { hub: join(folder, `${clusterName}-hub`), spoke: join(folder, `${clusterName}-spoke`) }
    await writeFile(files.spoke, (spokes[clusterName] as C).kubeconfig({ user: spokeUser }))
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
    get: async (cluster, kind, key) =>
      (await cluster.get({ apiVersion: apiVersionOf(kind), kind: kind.kind }, key)) as never,
    list: async (cluster, kind, inNamespace) =>
      (await cluster.list({ apiVersion: apiVersionOf(kind), kind: kind.kind }, inNamespace)) as never,
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
    snapshots: () => Promise.all(clusters.map(async (cluster) => cluster.snapshot())),
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

/** Longer than a machine takes that does ten other things: what is waited for comes at once on one that does not. */
const patienceMs = 120_000

/** Waits until the clusters are so, or says what still differs. */
export const settled = (fleet: Fleet, check: () => MaybePromise<void>): Promise<void> =>
  eventually(fleet.clusters, check, { timeoutMs: patienceMs })
