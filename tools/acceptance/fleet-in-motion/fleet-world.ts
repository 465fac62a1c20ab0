import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Credentials, KubeClient } from '@odfmo/controller-kit'
import {
  hubCrds,
  klusterletGroup,
  klusterletUser,
  kubelet,
  managedCluster,
  namespace,
  ocmHub,
  ocmSpoke,
  peerRef,
  ramen,
  spokeCrds,
  startTestCluster,
  storage,
  storageCluster,
  type Cluster,
  type ImageProgram,
  type Kubelet,
  type OcmSpoke,
  type Simulator,
  type StorageSimulator,
} from '@odfmo/testkit'
import { hubNamespace } from '../../demo/world/names.ts'
import { untilStorageWorks } from '../acceptance-world.ts'
import { HubProcess } from './hub-process.ts'
import { agentProgram, previousRelease, thisRelease, type Release } from './release.ts'

/** A managed cluster with all that plays its part. */
export interface Spoke {
  readonly name: string
  readonly cluster: Cluster
  /** Of now: another one after a start. */
  readonly storage: () => StorageSimulator
  /** Its storage makes nothing any more; what it has made stays. */
  stopStorage(): Promise<void>
  /** Goes on, with its own keys again. */
  startStorage(): Promise<void>
  readonly kubelet: Kubelet
  readonly klusterlet: OcmSpoke
}

/** A hub with Open Cluster Management and Ramen, and spokes with storage; none of our services runs yet. */
export interface FleetWorld {
  readonly hub: Cluster
  readonly spokes: readonly Spoke[]
  readonly clusters: readonly Cluster[]
  /** As an administrator of the hub. */
  readonly admin: KubeClient
  readonly releases: { readonly this: Release; readonly previous: Release }
  /** Applies what a release brings for the hub, and starts its hub controller; the image is its own when left out. */
  startHub(release: Release, agentImage?: string): Promise<HubProcess>
  stop(): Promise<void>
}

export interface FleetOptions {
  readonly names?: readonly string[]
  /** Of the Ceph of a spoke. */
  readonly fsidOf?: (cluster: string) => string
  /** Besides the agents of both releases. */
  readonly images?: Readonly<Record<string, ImageProgram>>
}

/** Starts it; what was started is stopped again when that fails. Resolves when storage is set up. */
export const startFleetWorld = async (options: FleetOptions = {}): Promise<FleetWorld> => {
  const ends: (() => Promise<unknown> | undefined)[] = []
  const stop = async (): Promise<void> => {
    // The last first: services shall end on clusters that answer.
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    return await start(options, ends, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

type Ends = (() => Promise<unknown> | undefined)[]

const start = async (
  { names = ['cluster1', 'cluster2'], fsidOf, images = {} }: FleetOptions,
  ends: Ends,
  stop: () => Promise<void>,
): Promise<FleetWorld> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-fleet-in-motion-'))
  ends.push(async () => rmSync(folder, { recursive: true, force: true }))
  const keep = <T extends Simulator>(one: T): T => {
    ends.push(() => one.stop())
    return one
  }
  const releases = { this: thisRelease, previous: previousRelease(folder) }
  const programs = {
    ...Object.fromEntries(
      Object.values(releases).map((release) => [release.agentImage, agentProgram(release)]),
    ),
    ...images,
  }
  const [hub, ...clusters] = await Promise.all(
    ['hub', ...names].map(async (name) => {
      const cluster = await startTestCluster({ name, crds: name === 'hub' ? hubCrds : spokeCrds })
      ends.push(() => cluster.stop())
      return cluster
    }),
  )
  if (hub === undefined) throw new Error('there is no hub')
  await hub.apply(namespace(hubNamespace), ...names.map((name) => managedCluster({ metadata: { name } })))
  keep(await ocmHub({ hub: hub.kubeconfig() }))
  keep(await ramen({ hub: hub.kubeconfig(), namespace: hubNamespace }))
  const spokes: Spoke[] = []
  for (const cluster of clusters) {
    const fsid = fsidOf?.(cluster.name)
    spokes.push(
      await startSpoke({ hub, cluster, folder, programs, keep, ...(fsid === undefined ? {} : { fsid }) }),
    )
  }
  await untilStorageWorks(clusters)

  const kubeconfig = path.join(folder, 'admin.kubeconfig')
  writeFileSync(kubeconfig, hub.kubeconfig(), { mode: 0o600 })
  const credentials = await Credentials.load({ kubeconfig })
  const admin = new KubeClient({ cluster: 'hub', component: 'test', version: '0.0.0', credentials })
  ends.push(() => admin.close())
  return {
    hub,
    spokes,
    clusters: [hub, ...clusters],
    admin,
    releases,
    async startHub(release, agentImage = release.agentImage) {
      await hub.apply(...release.objects)
      const process = new HubProcess({ hub, folder, program: release.programs['hub-controller'], agentImage })
      ends.push(() => process.stop())
      return process
    },
    stop,
  }
}

interface SpokeOptions {
  readonly hub: Cluster
  readonly cluster: Cluster
  readonly folder: string
  readonly fsid?: string
  readonly programs: Readonly<Record<string, ImageProgram>>
  readonly keep: <T extends Simulator>(simulator: T) => T
}

const startSpoke = async ({ hub, cluster, folder, fsid, programs, keep }: SpokeOptions): Promise<Spoke> => {
  const { name } = cluster
  await cluster.apply(namespace(peerRef().storageClusterRef.namespace), storageCluster())
  const newStorage = (): Promise<StorageSimulator> =>
    storage({
      spoke: cluster.kubeconfig(),
      routeDomain: `apps.${name}.example`,
      seed: name,
      ...(fsid === undefined ? {} : { fsid }),
    })
  let disks = keep(await newStorage())
  const identity = { user: klusterletUser(name), groups: [klusterletGroup(name), 'system:authenticated'] }
  const klusterlet = keep(
    await ocmSpoke({
      hub: hub.kubeconfig(identity),
      spoke: cluster.kubeconfig(),
      clusterName: name,
      statusMs: 100,
      leaseCheckMs: 500,
    }),
  )
  const dir = path.join(folder, name)
  mkdirSync(dir)
  const node = keep(
    await kubelet({
      cluster: cluster.kubeconfig(),
      images: programs,
      dir,
      crashBackOff: { firstMs: 10, mostMs: 10 },
    }),
  )
  return {
    name,
    cluster,
    storage: () => disks,
    stopStorage: () => disks.stop(),
    async startStorage() {
      disks = keep(await newStorage())
    },
    kubelet: node,
    klusterlet,
  }
}
