import { contract, kinds, mirrorPeerCrd, type MirrorPeer, type StorageCluster } from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import {
  Credentials,
  KubeClient,
  silentLogger,
  type Engine,
  type KubeClientOptions,
  type Manager,
} from '@odfmo/controller-kit'
import {
  eventually,
  hubCrds,
  spokeCrds,
  startCluster,
  storage,
  type InMemoryCluster,
  type UserIdentity,
} from '@odfmo/testkit'
import { expect, vi } from 'vitest'
import { parse } from 'yaml'
import { agentManager, type AgentOptions } from '../../src/run-agent.ts'
import {
  granted,
  hubNamespaceRules,
  hubUser,
  namespace,
  read,
  rule,
  spokeClusterRules,
  spokeNamespaceRules,
  spokeUser,
} from '../agent-rights.ts'
import { scopeOf } from '../cases.ts'
import { storageCluster } from '../fleet.ts'
import { playersOf, type Players } from './players.ts'

/** A long time: restarts are part of it, on a machine that has other things to do. */
export const waitMs = 120_000

/** Where the Ceph of another StorageCluster runs outside of the cluster. */
export const externalRef = { namespace: 'external-storage', name: 'ocs-external' }
const namespaces = [namespace, externalRef.namespace]

/** What a user has on a spoke, and keeps. */
const users: readonly KubeObject[] = [
  {
    apiVersion: apiVersionOf(kinds.VolumeReplicationClass),
    kind: kinds.VolumeReplicationClass.kind,
    metadata: { name: 'users-own', labels: { [contract.label.replicationId]: 'users-own' } },
    spec: {
      provisioner: `${namespace}.rbd.csi.ceph.com`,
      parameters: { schedulingInterval: '5m', mirroringMode: 'snapshot' },
    },
  } as KubeObject,
]

/** An agent in this process, over HTTPS, under the rights that kinds.ts names. */
export interface AgentRun {
  readonly manager: Manager
  readonly engine: Engine
  stop(): Promise<void>
  /** Resolves when it has nothing left to do. */
  settled(): Promise<void>
}

type ClientOptions = Partial<Pick<KubeClientOptions, 'clock' | 'observer'>>

/** What is not as usual about an agent. */
export interface StageAgentOptions extends Partial<
  Pick<AgentOptions, 'hub' | 'spoke' | 'identity' | 'logger' | 'clock' | 'leaderTimings'>
> {
  /** Serves its probes at a free port. */
  readonly hasProbes?: boolean
}

/** The hub, one spoke with storage, everybody else, and a user who does things to them. */
export interface Stage {
  readonly hub: InMemoryCluster
  readonly spoke: InMemoryCluster
  readonly players: Players
  startAgent(options?: StageAgentOptions): Promise<AgentRun>
  /** A client of the agent's, on the hub or its spoke. */
  agentClient(cluster: 'hub' | 'spoke', options?: ClientOptions): Promise<KubeClient>
  find<T extends KubeObject>(cluster: InMemoryCluster, kind: Kind<T>, key: ObjectKey): T | undefined
  create(mirrorPeer: MirrorPeer): Promise<void>
  patch(cluster: InMemoryCluster, kind: Kind, key: ObjectKey, body: object): Promise<void>
  /** On the hub, when no cluster is named. */
  delete(kind: Kind, key: ObjectKey, cluster?: InMemoryCluster): Promise<void>
  /** Resolves when a check no longer throws. */
  until(check: () => void): Promise<void>
  gone(name?: string): Promise<void>
  /** What a user had before is there as it was; throws otherwise. */
  usersThingsAreThere(): void
  /** Lets an agent work undisturbed until it is at rest, and stops it. */
  live(scenario: () => Promise<void>): Promise<void>
  end(): Promise<void>
}

interface Kubeconfig {
  readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }]
}

const pem = (base64 = '') => ({ value: Buffer.from(base64, 'base64').toString() })

const clientOf = async (
  cluster: InMemoryCluster,
  name: string,
  identity: UserIdentity = {},
  options: ClientOptions = {},
): Promise<KubeClient> => {
  const { user } = (parse(cluster.kubeconfig(identity)) as Kubeconfig).users[0]
  const credentials = await Credentials.load({
    access: {
      server: cluster.url,
      ca: { value: cluster.ca },
      cert: pem(user['client-certificate-data']),
      key: pem(user['client-key-data']),
    },
  })
  return new KubeClient({
    cluster: name,
    component: 'test',
    version: '0',
    credentials,
    rateLimit: false,
    ...options,
  })
}

const namespaceObject = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
})

export const startHub = async (): Promise<InMemoryCluster> => {
  const hub = await startCluster({ name: 'hub', crds: [...hubCrds, mirrorPeerCrd] })
  const mirrorPeerRules = [rule('multicluster.odf.openshift.io', 'mirrorpeers', `${read} patch`)]
  await hub.apply(
    ...['cluster1', 'cluster2', 'cluster3'].map(namespaceObject),
    ...granted('agent', 'cluster1', hubNamespaceRules, hubUser('cluster1')),
    ...granted('agent', undefined, mirrorPeerRules, hubUser('cluster1')),
  )
  return hub
}

/** With its storage as Rook and ODF leave it; they rest from then on, so that nothing has a life of its own. */
const startSpoke = async (): Promise<InMemoryCluster> => {
  const spoke = await startCluster({ name: 'cluster1', crds: [...spokeCrds] })
  await spoke.apply(
    ...namespaces.map(namespaceObject),
    ...namespaces.flatMap((each) => granted('agent', each, spokeNamespaceRules, spokeUser)),
    ...granted('agent', undefined, spokeClusterRules, spokeUser),
    storageCluster(),
    storageCluster({ externalStorage: { enable: true } }, externalRef),
    ...users,
  )
  const simulator = await storage({ spoke: spoke.kubeconfig(), seed: 'cluster1' })
  await eventually(spoke, () => {
    const all = spoke.list({ apiVersion: apiVersionOf(kinds.StorageCluster), kind: 'StorageCluster' })
    expect(all.map((each) => (each as unknown as StorageCluster).status?.phase)).toEqual(['Ready', 'Ready'])
  })
  await simulator.stop()
  return spoke
}

export const startStage = async (): Promise<Stage> => {
  const [hub, spoke] = await Promise.all([startHub(), startSpoke()])
  const [hubAdmin, spokeAdmin] = await Promise.all([clientOf(hub, 'hub'), clientOf(spoke, 'spoke')])
  const players = playersOf({ hub, hubAdmin, spoke, spokeAdmin })
  const clusters = [hub, spoke]
  const refOf = (kind: Kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })
  const until: Stage['until'] = (check) => eventually(clusters, check, { timeoutMs: waitMs })
  const agentClient: Stage['agentClient'] = (cluster, options = {}) =>
    cluster === 'hub'
      ? clientOf(hub, 'hub', { user: hubUser('cluster1'), groups: ['system:authenticated'] }, options)
      : clientOf(spoke, 'spoke', { user: spokeUser }, options)
  const startAgent: Stage['startAgent'] = async ({ hasProbes = false, ...options } = {}) => {
    const { manager, engine } = agentManager({
      scope: scopeOf(),
      // As a restarted pod: it takes its own lock again at once.
      identity: 'agent',
      logger: silentLogger,
      leaderTimings: { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 500 },
      ...options,
      hub: options.hub ?? (await agentClient('hub')),
      spoke: options.spoke ?? (await agentClient('spoke')),
      ...(hasProbes ? { healthAddress: { host: '127.0.0.1', port: 0 } } : {}),
    })
    const stopping = new AbortController()
    const running = manager.run(stopping.signal)
    running.catch(() => undefined)
    const unsettled = (): readonly string[] => [
      ...manager.informers.unsynced().map(({ name, why }) => `${name}: ${why}`),
      ...engine
        .explain()
        .filter(({ state }) => !['present', 'absent', 'left'].includes(state.is))
        .map(({ derived, key, state }) => `${derived} ${key.name}: ${JSON.stringify(state)}`),
    ]
    return {
      manager,
      engine,
      async stop() {
        stopping.abort()
        await running
      },
      // The engine tells nobody when it rests, so it is asked.
      settled: () =>
        vi.waitFor(
          () => {
            expect(engine.pending).toBe(0)
            expect(unsettled()).toEqual([])
          },
          { timeout: waitMs, interval: 20 },
        ),
    }
  }
  const find: Stage['find'] = (cluster, kind, key) => cluster.get(refOf(kind), key) as never
  return {
    hub,
    spoke,
    players,
    startAgent,
    agentClient,
    find,
    create: (mirrorPeer) => hub.apply(mirrorPeer),
    patch: async (cluster, kind, key, body) =>
      void (await (cluster === hub ? hubAdmin : spokeAdmin).patch(kind, key, 'merge', body)),
    delete: async (kind, key, cluster = hub) =>
      void (await (cluster === hub ? hubAdmin : spokeAdmin).delete(kind, key)),
    until,
    gone: (name = 'mp') => until(() => expect(find(hub, kinds.MirrorPeer, { name })).toBeUndefined()),
    usersThingsAreThere() {
      for (const object of users) {
        const live = spoke.get(
          { apiVersion: object.apiVersion ?? '', kind: object.kind ?? '' },
          object.metadata as ObjectKey,
        )
        expect(live).toMatchObject(object)
      }
    },
    async live(scenario) {
      const end = await players.play()
      const agent = await startAgent()
      await scenario()
      await agent.settled()
      await agent.stop()
      await end()
    },
    async end() {
      await Promise.all([hubAdmin.close(), spokeAdmin.close()])
      await Promise.all(clusters.map((cluster) => cluster.stop()))
    },
  }
}
