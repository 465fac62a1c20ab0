import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { mirrorPeerCrd, type KubeObject, type MirrorPeer } from '@odfmo/api-types'
import { Credentials, KubeClient } from '@odfmo/controller-kit'
import {
  hubCrds,
  kubelet,
  ocmHub,
  ocmSpoke,
  ramen,
  sameState,
  klusterletGroup,
  klusterletUser,
  spokeCrds,
  startCluster,
  storage,
  type Cluster,
  type Kubelet,
  type RequestRecord,
  type Simulator,
  type Snapshot,
  type StorageSimulator,
} from '@odfmo/testkit'
import { parse, parseAllDocuments } from 'yaml'
import { root } from '../command/root.ts'
import { agentImage, hubNamespace } from '../demo/world/names.ts'

const hubProgram = path.join(root, 'packages/hub-controller/dist/main.js')
const agentProgram = path.join(root, 'packages/token-exchange-agent/dist/main.js')
const tether = path.join(root, 'tools/demo/world/tether.mjs')

const shippedRbac = path.join(root, 'packages/hub-controller/manifests/rbac.yaml')

const spokeNames = ['cluster1', 'cluster2'] as const
const storageClusterKey = { namespace: 'openshift-storage', name: 'ocs-storagecluster' }

/** The service account that is shipped: its rights are those of the manifest, nobody else's. */
const hubIdentity = {
  user: `system:serviceaccount:${hubNamespace}:odfmo-hub-controller`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${hubNamespace}`, 'system:authenticated'],
}

const managedCluster = (name: string): KubeObject =>
  ({
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name },
    spec: { hubAcceptsClient: true },
  }) as KubeObject

/** A hub and two spokes in this process, the services as processes from their bundles, agents started by the chain. */
export interface AcceptanceWorld {
  readonly hub: Cluster
  /** The hub as its administrator uses it. */
  readonly admin: KubeClient
  readonly spokes: readonly Cluster[]
  readonly storages: readonly StorageSimulator[]
  readonly kubelets: readonly Kubelet[]
  startHub(): void
  /** SIGKILL; resolves when it is gone. */
  killHub(): Promise<void>
  hubPid(): number | undefined
  /** Everything that services have printed so far. */
  logs(): string
  stop(): Promise<void>
}

export interface AcceptanceOptions {
  /** More flags of the hub and of the agents. */
  readonly flags?: readonly string[]
  /** Called at the end of the hub's process, when nobody asked for it. */
  readonly onHubEnd?: () => void
}

/** Starts everything but the MirrorPeer. The services are bundles: built by whoever runs the tests. */
export const startAcceptanceWorld = async ({
  flags = [],
  onHubEnd,
}: AcceptanceOptions = {}): Promise<AcceptanceWorld> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-acceptance-'))
  const ends: (() => Promise<void>)[] = []
  const keep = <T extends Simulator | Cluster>(one: T): T => {
    ends.push(() => one.stop())
    return one
  }
  const hub = keep(await startCluster({ name: 'hub', crds: [mirrorPeerCrd, ...hubCrds] }))
  await hub.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: hubNamespace } },
    ...parseAllDocuments(readFileSync(shippedRbac, 'utf8')).map((document) => document.toJS() as KubeObject),
    ...spokeNames.map(managedCluster),
  )
  keep(await ocmHub({ hub: hub.kubeconfig() }))
  keep(await ramen({ hub: hub.kubeconfig(), namespace: hubNamespace }))
  const spokes: Cluster[] = []
  const storages: StorageSimulator[] = []
  const kubelets: Kubelet[] = []
  for (const name of spokeNames) {
    const spoke = keep(await startCluster({ name, crds: [...spokeCrds] }))
    await spoke.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: storageClusterKey.namespace } },
      { apiVersion: 'ocs.openshift.io/v1', kind: 'StorageCluster', metadata: storageClusterKey, spec: {} },
    )
    spokes.push(spoke)
    storages.push(
      keep(await storage({ spoke: spoke.kubeconfig(), routeDomain: `apps.${name}.example`, seed: name })),
    )
    const klusterlet = hub.kubeconfig({
      user: klusterletUser(name),
      groups: [klusterletGroup(name), 'system:authenticated'],
    })
    keep(
      await ocmSpoke({
        hub: klusterlet,
        spoke: spoke.kubeconfig(),
        clusterName: name,
        statusMs: 100,
        leaseCheckMs: 500,
      }),
    )
    const dir = path.join(folder, name)
    mkdirSync(dir)
    const args = ({ port }: { readonly port: number }): string[] => [
      `--health-probe-bind-address=127.0.0.1:${port}`,
      ...flags,
    ]
    kubelets.push(
      keep(
        await kubelet({
          cluster: spoke.kubeconfig(),
          images: { [agentImage]: { command: [process.execPath, '--import', tether, agentProgram], args } },
          dir,
          crashBackOff: { firstMs: 10, mostMs: 10 },
        }),
      ),
    )
  }
  const adminKubeconfig = path.join(folder, 'admin.kubeconfig')
  writeFileSync(adminKubeconfig, hub.kubeconfig(), { mode: 0o600 })
  const credentials = await Credentials.load({ kubeconfig: adminKubeconfig })
  const admin = new KubeClient({ cluster: 'hub', component: 'test', version: '0.0.0', credentials })
  ends.push(() => admin.close())
  const kubeconfig = path.join(folder, 'hub.kubeconfig')
  writeFileSync(kubeconfig, hub.kubeconfig(hubIdentity), { mode: 0o600 })
  let process_: ChildProcess | undefined
  let hubLog = ''
  const hubEnded = async (signal: NodeJS.Signals): Promise<void> => {
    const child = process_
    if (child === undefined) return
    process_ = undefined
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill(signal)
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
    killHub: () => hubEnded('SIGKILL'),
    hubPid: () => process_?.pid,
    logs: () => [hubLog, ...spokeNames.flatMap((name) => logsIn(path.join(folder, name, 'logs')))].join('\n'),
    async stop() {
      await hubEnded('SIGTERM')
      // The kubelets first: agents shall end on clusters that answer.
      for (const one of kubelets) await one.stop()
      for (const end of ends.reverse()) await end()
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
  !(resource === 'configmaps' && name === 'tokenexchange-lock')

const mirrorPeerRef = { apiVersion: 'multicluster.odf.openshift.io/v1alpha1', kind: 'MirrorPeer' }

/** One between the two spokes. */
export const mirrorPeer = (name: string, spec: Partial<MirrorPeer['spec']> = {}): MirrorPeer => ({
  ...mirrorPeerRef,
  metadata: { name },
  spec: {
    type: 'async',
    items: spokeNames.map((clusterName) => ({ clusterName, storageClusterRef: storageClusterKey })),
    ...spec,
  },
})

/** The MirrorPeer as the hub has it, or an error that says why it is not ready yet. */
export const readyMirrorPeer = (hub: Cluster, name: string): MirrorPeer => {
  const mirrorPeer = hub.get(mirrorPeerRef, { name }) as MirrorPeer | undefined
  const ready = mirrorPeer?.status?.conditions?.find(({ type }) => type === 'Ready')
  if (mirrorPeer === undefined || ready?.status !== 'True') {
    throw new Error(`MirrorPeer ${name}: ${JSON.stringify(mirrorPeer?.status ?? 'no status')}`)
  }
  return mirrorPeer
}

/**
 * What is not state: the klusterlet's certificate requests (Kubernetes' own cleaner removes them an hour after they were
 * decided), and what carries keys, names of pods or times of its own.
 */
const isPerRun = ({
  kind,
  metadata,
}: {
  readonly kind?: string
  readonly metadata: { readonly name?: string }
}): boolean =>
  kind === 'CertificateSigningRequest' ||
  kind === 'Pod' ||
  (kind === 'Secret' && metadata.name === 'tokenexchange-hub-kubeconfig') ||
  (kind === 'ConfigMap' && metadata.name === 'tokenexchange-lock')

type Loose = KubeObject & {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly message?: string }[] }
}

/** Finalizers and conditions are sets, in the order in which they came; a certificate's condition names times. */
const inOrder = (object: KubeObject): KubeObject => {
  const { metadata, status } = object as Loose
  const conditions = status?.conditions
    ?.toSorted((a, b) => a.type.localeCompare(b.type))
    .map((condition) =>
      condition.type === 'ClusterCertificateRotated' ? { ...condition, message: '' } : condition,
    )
  const config =
    'data' in object ? withSortedProfiles(object.data as Readonly<Record<string, string>>) : undefined
  return {
    ...object,
    ...(config === undefined ? {} : { data: config }),
    metadata: { ...metadata, finalizers: metadata.finalizers?.toSorted() },
    ...(conditions === undefined ? {} : { status: { ...status, conditions } }),
  }
}

const ramenConfigKey = 'ramen_manager_config.yaml'

/** Profiles stand in the order in which their secrets came. */
const withSortedProfiles = (data: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const text = data[ramenConfigKey]
  if (text === undefined) return data
  const config = parse(text) as { readonly s3StoreProfiles?: readonly { readonly s3ProfileName: string }[] }
  const s3StoreProfiles = (config.s3StoreProfiles ?? []).toSorted((a, b) =>
    a.s3ProfileName.localeCompare(b.s3ProfileName),
  )
  return { ...data, [ramenConfigKey]: JSON.stringify({ ...config, s3StoreProfiles }) }
}

const comparable = ({ tables, ...rest }: Snapshot): Snapshot =>
  ({
    ...rest,
    tables: Object.fromEntries(
      Object.entries(tables).map(([table, objects]) => [
        table,
        objects.map((object) => inOrder(object as KubeObject)),
      ]),
    ),
  }) as unknown as Snapshot

/** Names what differs, never a value: it may be a secret's. */
export const differencesSince = (
  before: readonly Snapshot[],
  now: readonly (Cluster | Snapshot)[],
): readonly string[] =>
  now.flatMap((one, n) => {
    const was = before[n]
    if (was === undefined) return [`cluster ${n}: there is no snapshot`]
    const is = 'snapshot' in one ? one.snapshot() : one
    return sameState(comparable(was), comparable(is), { ignore: isPerRun }).map(
      ({ object, path }) => `cluster ${n}: ${object} ${path}`,
    )
  })

export const clustersOf = ({ hub, spokes }: AcceptanceWorld): readonly Cluster[] => [hub, ...spokes]

const addOnRef = { apiVersion: 'addon.open-cluster-management.io/v1alpha1', kind: 'ClusterManagementAddOn' }

/** Resolves when the hub has made what it always has, and is quiet. */
export const untilHubWorks = async (world: AcceptanceWorld): Promise<void> => {
  const { hub } = world
  await hub.wait(() => hub.get(addOnRef, { name: 'tokenexchange' }), { timeoutMs: 30_000 })
  await quiet(clustersOf(world))
}

/** As long as several round trips take, start of a process included. */
const quietMs = 700

/** Resolves when the services have written nothing for a while: quietness is a matter of time. */
export const quiet = async (clusters: readonly Cluster[], forMs = quietMs): Promise<void> => {
  const writes = (): number =>
    clusters.reduce((sum, { requests }) => sum + requests.all().filter(isServiceWrite).length, 0)
  for (let before = -1; before !== writes();) {
    before = writes()
    await sleep(forMs)
  }
}
