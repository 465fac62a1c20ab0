import {
  kinds,
  type CertificateSigningRequest,
  type ManagedCluster,
  type ManagedClusterAddOn,
  type MirrorPeer,
} from '@odfmo/api-types'
import {
  apiVersionOf,
  type Condition,
  type Kind,
  type KubeObject,
  type ObjectKey,
} from '@odfmo/api-types/meta'
import {
  eventually,
  hubCrds,
  journalOf,
  klusterletGroup,
  klusterletUser,
  ocmHub,
  ocmSpoke,
  spokeCrds,
  startTestCluster,
  type Cluster,
  type MaybePromise,
  type ObjectSource,
  type OcmSpoke,
  type OcmSpokeOptions,
  type RequestRecord,
  type Simulator,
} from '@odfmo/testkit'
import { expect, vi } from 'vitest'
import { managedCluster } from './hub-world.ts'
import { managerRights, manifest, startHubProcess } from './hub-process.ts'
import { mirrorPeerCrd } from './mirror-peer-crd.ts'

export interface RunningHub {
  unsettled(): readonly string[]
  stop(): Promise<void>
}

export interface OcmSceneOptions {
  readonly clusters?: readonly string[]
  /** False: a hub before OCM 0.12, where nobody else writes owners and configurations. */
  readonly addOnManager?: boolean
  readonly driver?: OcmSpokeOptions['driver']
  /** Definitions of the hub. */
  readonly crds?: readonly ObjectSource[]
  /** What there is before OCM and the hub controller start. */
  readonly objects?: readonly KubeObject[]
  /** The rules of this folder alone when left out. */
  readonly start?: (hub: Cluster) => Promise<RunningHub>
  /** Namespace of the agent on the spokes. */
  readonly installNamespace?: string
}

/** A hub with OCM, its clusters with their klusterlets, and the hub controller, which starts when it is told. */
export interface OcmScene {
  readonly hub: Cluster
  spoke(cluster: string): Cluster
  klusterlet(cluster: string): OcmSpoke
  /** Ends a klusterlet and starts it again, by another driver. */
  restartKlusterlet(cluster: string, driver?: OcmSpokeOptions['driver']): Promise<void>
  start(): Promise<RunningHub>
  /** Until the check passes, whatever cluster changes. */
  settled<T>(check: () => MaybePromise<T>): Promise<T>
  read<T extends KubeObject>(cluster: Cluster, kind: Kind<T>, key: ObjectKey): Promise<T>
  find<T extends KubeObject>(cluster: Cluster, kind: Kind<T>, key: ObjectKey): Promise<T | undefined>
  addOn(cluster: string): Promise<ManagedClusterAddOn>
  condition(cluster: string, type: string): Promise<Condition | undefined>
  requests(): Promise<readonly CertificateSigningRequest[]>
  /** What the hub controller wrote. */
  writes(): Promise<readonly RequestRecord[]>
  end(): Promise<void>
}

const ref = (kind: Kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })
const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

export const ocmScene = async ({
  clusters = ['c1'],
  addOnManager = true,
  driver,
  crds = [...hubCrds, mirrorPeerCrd],
  objects = [],
  start = startHubProcess,
  installNamespace = 'storage',
}: OcmSceneOptions = {}): Promise<OcmScene> => {
  const [hub, ...spokes] = await Promise.all([
    startTestCluster({ name: 'hub', crds }),
    ...clusters.map((name) => startTestCluster({ name, crds: [...spokeCrds] })),
  ])
  await hub.apply(
    ...managerRights,
    ...clusters.map((name) => manifest<ManagedCluster>(kinds.ManagedCluster, managedCluster(name))),
    ...clusters.map(namespace),
    ...objects,
  )
  for (const spoke of spokes) await spoke.apply(namespace(installNamespace))
  const spokeOf = (name: string): Cluster => {
    const found = spokes[clusters.indexOf(name)]
    if (found === undefined) throw new Error(`no spoke ${name}`)
    return found
  }
  const klusterletOf = (clusterName: string, by: OcmSpokeOptions['driver']): Promise<OcmSpoke> =>
    ocmSpoke({
      hub: hub.kubeconfig({ user: klusterletUser(clusterName), groups: [klusterletGroup(clusterName)] }),
      spoke: spokeOf(clusterName).kubeconfig(),
      clusterName,
      statusMs: 200,
      ...(by === undefined ? {} : { driver: by }),
    })
  const simulators: Simulator[] = [await ocmHub({ hub: hub.kubeconfig(), addOnManager })]
  const klusterlets = new Map<string, OcmSpoke>()
  for (const name of clusters) klusterlets.set(name, await klusterletOf(name, driver))
  const running: RunningHub[] = []
  const find = async <T extends KubeObject>(cluster: Cluster, kind: Kind<T>, key: ObjectKey) =>
    (await cluster.get(ref(kind), key)) as unknown as T | undefined
  const read = async <T extends KubeObject>(cluster: Cluster, kind: Kind<T>, key: ObjectKey): Promise<T> => {
    const found = await find(cluster, kind, key)
    if (found === undefined)
      throw new Error(`${cluster.name}: no ${kind.kind} ${key.namespace ?? ''}/${key.name}`)
    return found
  }
  const addOnOf = (cluster: string) =>
    read(hub, kinds.ManagedClusterAddOn, { namespace: cluster, name: 'tokenexchange' })
  const klusterlet = (name: string): OcmSpoke => {
    const found = klusterlets.get(name)
    if (found === undefined) throw new Error(`no klusterlet ${name}`)
    return found
  }
  return {
    hub,
    spoke: spokeOf,
    klusterlet,
    async restartKlusterlet(name, by) {
      await klusterlet(name).stop()
      klusterlets.set(name, await klusterletOf(name, by))
    },
    async start() {
      const process = await start(hub)
      running.push(process)
      return process
    },
    settled: (check) => eventually([hub, ...spokes], check),
    read,
    find,
    addOn: addOnOf,
    condition: async (cluster, type) =>
      (await addOnOf(cluster)).status?.conditions?.find((condition) => condition.type === type),
    requests: async () =>
      (await hub.list(ref(kinds.CertificateSigningRequest))) as unknown as CertificateSigningRequest[],
    writes: async () =>
      (await journalOf(hub))
        .writes()
        .filter(({ user }) => user.includes(':operators:') || user.includes('odfmo-hub-controller')),
    async end() {
      await Promise.all(running.splice(0).map((process) => process.stop()))
      await Promise.all([...simulators, ...klusterlets.values()].map((simulator) => simulator.stop()))
      await Promise.all([hub, ...spokes].map((cluster) => cluster.stop()))
    },
  }
}

/** A MirrorPeer and the add-ons of its clusters, as a MirrorPeer's part of the hub makes them. */
export const wished = (
  mirrorPeer: MirrorPeer,
  addOns: readonly ManagedClusterAddOn[],
): readonly KubeObject[] => [
  ...addOns.map((addOn) => {
    const { uid: _uid, ownerReferences: _owners, ...metadata } = addOn.metadata
    return manifest(kinds.ManagedClusterAddOn, { ...addOn, metadata })
  }),
  manifest(kinds.MirrorPeer, mirrorPeer),
]

/** The engine's own picture: it changes after the cluster's. */
export const atRest = (hub: RunningHub): Promise<void> =>
  vi.waitFor(() => expect(hub.unsettled()).toEqual([]), { timeout: 60_000, interval: 20 })
