import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { contract, kinds, mirrorPeerCrd, type MirrorPeer, type StorageCluster } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import { Credentials, KubeClient } from '@odfmo/controller-kit'
import {
  hubCrds,
  journalOf,
  managedCluster,
  namespace,
  ocmHub,
  peerRef,
  ramen,
  spokeCrds,
  startTestCluster,
  type Cluster,
  type Kubelet,
  type RequestRecord,
  type Simulator,
  type StorageSimulator,
} from '@odfmo/testkit'
import { root } from '../command/root.ts'
import { shippedRights } from '../demo/world/hub-controller.ts'
import { agentImage, hubNamespace } from '../demo/world/names.ts'
import { joinManagedCluster, tether } from './managed-cluster.ts'

const hubProgram = path.join(root, 'packages/hub-controller/dist/main.js')

const spokeNames = ['cluster1', 'cluster2'] as const

/** A hub and two spokes of the provider that TESTKIT_PROVIDER names, the services as processes from their bundles, agents started by the chain. */
export interface AcceptanceWorld {
  readonly hub: Cluster
  /** The hub as its administrator uses it. */
  readonly admin: KubeClient
  readonly spokes: readonly Cluster[]
  readonly storages: readonly StorageSimulator[]
  readonly kubelets: readonly Kubelet[]
  startHub(): void
  hubPid(): number | undefined
  /** Everything that services have printed so far. */
  logs(): string
  stop(): Promise<void>
}

export interface AcceptanceOptions {
  /** More flags of the hub and of the agents. */
  readonly flags?: readonly string[]
  /** Of the hub alone. */
  readonly hubFlags?: readonly string[]
  /** Called at the end of the hub's process, when nobody asked for it. */
  readonly onHubEnd?: () => void
}

/** Starts everything but the MirrorPeer. The services are bundles: built by whoever runs the tests. */
export const startAcceptanceWorld = async ({
  flags = [],
  hubFlags = [],
  onHubEnd,
}: AcceptanceOptions = {}): Promise<AcceptanceWorld> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-acceptance-'))
  const simulators: Simulator[] = []
  const keep = <T extends Simulator>(one: T): T => {
    simulators.push(one)
    return one
  }
  const [hub, ...spokes] = await Promise.all([
    startTestCluster({ name: 'hub', crds: [mirrorPeerCrd, ...hubCrds] }),
    ...spokeNames.map((name) => startTestCluster({ name, crds: spokeCrds })),
  ])
  const rights = shippedRights()
  await hub.apply(
    namespace(hubNamespace),
    ...rights.objects,
    ...spokeNames.map((name) => managedCluster({ metadata: { name } })),
  )
  keep(await ocmHub({ hub: hub.kubeconfig() }))
  keep(await ramen({ hub: hub.kubeconfig(), namespace: hubNamespace }))
  const storages: StorageSimulator[] = []
  const kubelets: Kubelet[] = []
  for (const spoke of spokes) {
    const joined = await joinManagedCluster({ hub, spoke, folder, agentImages: [agentImage], flags, keep })
    storages.push(joined.storage)
    kubelets.push(joined.kubelet)
  }
  const adminKubeconfig = path.join(folder, 'admin.kubeconfig')
  writeFileSync(adminKubeconfig, hub.kubeconfig(), { mode: 0o600 })
  const credentials = await Credentials.load({ kubeconfig: adminKubeconfig })
  const admin = new KubeClient({ cluster: 'hub', component: 'test', version: '0.0.0', credentials })
  const kubeconfig = path.join(folder, 'hub.kubeconfig')
  writeFileSync(kubeconfig, hub.kubeconfig(rights.identity), { mode: 0o600 })
  let process_: ChildProcess | undefined
  let hubLog = ''
  const hubEnded = async (): Promise<void> => {
    const child = process_
    if (child === undefined) return
    process_ = undefined
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGTERM')
    await ended
  }
  return {
    hub,
    admin,
    spokes,
    storages,
    kubelets,
    startHub() {
      const child = spawn(
        process.execPath,
        [
          '--import',
          tether,
          hubProgram,
          `--kubeconfig=${kubeconfig}`,
          '--metrics-bind-address=0',
          '--health-probe-bind-address=0',
          ...flags,
          ...hubFlags,
        ],
        {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: { PATH: process.env['PATH'], POD_NAMESPACE: hubNamespace, TOKEN_EXCHANGE_IMAGE: agentImage },
        },
      )
      process_ = child
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (hubLog += text))
      child.once('close', () => {
        if (process_ === child) onHubEnd?.()
      })
    },
    hubPid: () => process_?.pid,
    logs: () => [hubLog, ...spokeNames.flatMap((name) => logsIn(path.join(folder, name, 'logs')))].join('\n'),
    async stop() {
      await hubEnded()
      // The kubelets first: agents shall end on clusters that answer.
      await Promise.all(kubelets.map((one) => one.stop()))
      await Promise.all(simulators.map((one) => one.stop()))
      await admin.close()
      await Promise.all([hub, ...spokes].map((cluster) => cluster.stop()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const logsIn = (folder: string): string[] =>
  readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'))

/** Whether a record is a change made by one of our services, leases, locks and events aside. */
export const isServiceWrite = ({ verb, resource, name, status, userAgent }: RequestRecord): boolean =>
  /^odfmo-(hub-controller|token-exchange-agent)\//.test(userAgent) &&
  ['create', 'update', 'patch', 'delete', 'deletecollection'].includes(verb) &&
  status >= 200 &&
  status < 300 &&
  !resource.startsWith('leases.') &&
  !resource.startsWith('events.') &&
  !(resource === 'configmaps' && name === contract.spoke.lock)

const mirrorPeerRef = { apiVersion: apiVersionOf(kinds.MirrorPeer), kind: kinds.MirrorPeer.kind }

/** One between the two spokes, with nothing in it that has a default. */
export const mirrorPeer = (name: string, spec: Partial<MirrorPeer['spec']> = {}): MirrorPeer => ({
  ...mirrorPeerRef,
  metadata: { name },
  spec: {
    type: 'async',
    items: spokeNames.map((clusterName) => peerRef({ clusterName })),
    ...spec,
  },
})

/** The MirrorPeer as the hub has it, or an error that says why it is not ready yet. */
export const readyMirrorPeer = async (hub: Cluster, name: string): Promise<MirrorPeer> => {
  const mirrorPeer = (await hub.get(mirrorPeerRef, { name })) as MirrorPeer | undefined
  const ready = mirrorPeer?.status?.conditions?.find(({ type }) => type === 'Ready')
  if (mirrorPeer === undefined || ready?.status !== 'True') {
    throw new Error(`MirrorPeer ${name}: ${JSON.stringify(mirrorPeer?.status ?? 'no status')}`)
  }
  return mirrorPeer
}

export const clustersOf = ({ hub, spokes }: AcceptanceWorld): readonly Cluster[] => [hub, ...spokes]

const addOnRef = {
  apiVersion: apiVersionOf(kinds.ClusterManagementAddOn),
  kind: kinds.ClusterManagementAddOn.kind,
}

const storageClusterRef = {
  apiVersion: apiVersionOf(kinds.StorageCluster),
  kind: kinds.StorageCluster.kind,
}

/** Its phase is the last that a storage operator writes when it sets up. */
const storageThatIsReady = async (spoke: Cluster): Promise<StorageCluster | undefined> => {
  const { storageClusterRef: key } = peerRef()
  const found = (await spoke.get(storageClusterRef, key)) as StorageCluster | undefined
  return found?.status?.phase === 'Ready' ? found : undefined
}

/** Resolves when storage is set up. */
export const untilStorageWorks = async (spokes: readonly Cluster[]): Promise<void> => {
  for (const spoke of spokes) await spoke.wait(() => storageThatIsReady(spoke), { timeoutMs: 120_000 })
}

/** Resolves when storage is set up, and the hub has made what it always has, and is quiet. */
export const untilHubWorks = async (world: AcceptanceWorld): Promise<void> => {
  const { hub, spokes } = world
  await hub.wait(() => hub.get(addOnRef, { name: contract.addon.name }), { timeoutMs: 120_000 })
  await untilStorageWorks(spokes)
  await quiet(clustersOf(world))
}

/** As long as several round trips take, start of a process included. */
const quietMs = 700

/** Resolves when the services have written nothing for a while: quietness is a matter of time. */
export const quiet = async (clusters: readonly Cluster[], forMs = quietMs): Promise<void> => {
  const writes = async (): Promise<number> => {
    const journals = await Promise.all(clusters.map(journalOf))
    return journals.reduce((sum, journal) => sum + journal.all().filter(isServiceWrite).length, 0)
  }
  for (let before = -1, now = await writes(); before !== now; now = await writes()) {
    before = now
    await sleep(forMs)
  }
}
