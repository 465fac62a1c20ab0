import { kinds } from '@odfmo/api-types'
import type { KubeconfigSource } from '../../access/cluster-client.ts'
import { ControlLoop } from '../loop/control-loop.ts'
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import { BucketController } from './bucket-controller.ts'
import { cephIdentity, firstGenerations } from './ceph-identity.ts'
import type { CephIdentity, Generations } from './ceph-identity.ts'
import { SecretMaker } from './secret-maker.ts'
import { StorageClusterController } from './storage-cluster-controller.ts'
import type { MirroringHealth } from './mirroring.ts'
import { peerToken } from './storage-objects.ts'

/** Which cluster it plays storage on, and how that is. */
export interface StorageOptions extends SimulatorOptions {
  /** Kubeconfig text, or what gives a fresh one: of an administrator of the spoke. */
  readonly spoke: KubeconfigSource
  /** Of the Route `s3`: its host is `s3-<namespace>.<routeDomain>`. Default `apps.cluster.example`. */
  readonly routeDomain?: string
  /** All keys and fsids come from it. Default: the uid of the cluster's `kube-system`, so that no two clusters are alike. */
  readonly seed?: string
  /** fsid of StorageClusters as first installed; from the seed when absent. */
  readonly fsid?: string
  /** Data of every bucket's ConfigMap besides host, name and port, such as `BUCKET_REGION`. */
  readonly bucketData?: Readonly<Record<string, string>>
  /** Before a claim is bound, milliseconds. Default 0. */
  readonly bucketDelayMs?: number
  /** Misbehaves: no claim is ever bound, as without a backing store. Default false. */
  readonly bindsNoBuckets?: boolean
}

/** Plays Rook, NooBaa and the storage operator. */
export interface StorageSimulator extends Simulator {
  /** Gives the StorageCluster (`name` or `namespace/name`) a new mirroring key; answers when its secret has it. */
  rotateKey(name: string): Promise<void>
  /** The StorageCluster as after a reinstallation: new fsid and keys; answers when its objects have them. */
  reinstall(name: string): Promise<void>
  /** The fsid that the StorageCluster has now. */
  fsid(name: string): string
  /** How the StorageCluster's mirroring goes, while it is on; answers when its block pool says so. */
  setMirroringHealth(name: string, health: MirroringHealth): Promise<void>
  /** Every secret value made so far, in plain: what must appear in no log. */
  secretValues(): string[]
}

/** OpenShift Data Foundation with Rook and NooBaa on one spoke. */
export const storage = async (options: StorageOptions): Promise<StorageSimulator> => {
  const {
    routeDomain = 'apps.cluster.example',
    bucketData: extraData = {},
    bucketDelayMs: delayMs = 0,
  } = options
  const loop = new ControlLoop('storage', options)
  const spoke = loop.client(options.spoke)
  const clusterUid = (await spoke.get(kinds.Namespace, { name: 'kube-system' }))?.metadata.uid
  const maker = new SecretMaker(options.seed ?? clusterUid ?? spoke.access.server)
  const tokens = new Set<string>()
  const generations = new Map<string, Generations>()
  const health = new Map<string, MirroringHealth>()
  const identityOf = (key: string): CephIdentity => {
    const identity = cephIdentity(key, generations.get(key) ?? firstGenerations, maker, options.fsid)
    tokens.add(peerToken(identity, key.split('/')[0] ?? ''))
    return identity
  }

  const clusters = loop.copy(spoke, kinds.StorageCluster)
  const claims = loop.copy(spoke, kinds.ObjectBucketClaim)
  const secrets = loop.copy(spoke, kinds.Secret)
  const controller = new StorageClusterController({
    loop,
    spoke,
    clusters,
    secrets,
    routeDomain,
    identityOf,
    healthOf: (key) => health.get(key) ?? 'OK',
  })
  new BucketController({
    loop,
    spoke,
    claims,
    secrets,
    maker,
    delayMs,
    extraData,
    bindsNothing: options.bindsNoBuckets === true,
  })
  await loop.start()

  const fullName = (name: string): string => {
    const found = clusters.all().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    const key = found.find((one) => one === name || one.endsWith(`/${name}`))
    if (key !== undefined) return key
    throw new TypeError(`storage: expected the name of a StorageCluster (${found.join(', ')}), got "${name}"`)
  }
  const advance = async (name: string, step: (now: Generations) => Generations): Promise<void> => {
    const key = fullName(name)
    generations.set(key, step(generations.get(key) ?? firstGenerations))
    await controller.settle(key)
  }
  return {
    ...loop.asSimulator(),
    rotateKey: (name) => advance(name, ({ install, key }) => ({ install, key: key + 1 })),
    reinstall: (name) => advance(name, ({ install }) => ({ install: install + 1, key: 1 })),
    async setMirroringHealth(name, state) {
      const key = fullName(name)
      health.set(key, state)
      await controller.settle(key)
    },
    fsid: (name) => identityOf(fullName(name)).fsid,
    secretValues: () => [...maker.values(), ...tokens],
  }
}
