import type { PeerRef } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { peerRef } from '../src/test/builders.ts'
import type { Random } from './random.ts'

/** A StorageCluster on a spoke, as its agent sees it. */
export interface StorageTruth {
  readonly ref: PeerRef
  readonly external: boolean
  /** Changes when the cluster is installed anew. */
  fsid: string
  /** Goes up with every rotation. */
  key: number
  bucketKey: number
  /** What the agent has to give at present. */
  gives: { token: boolean; bucket: boolean }
}

/** A cluster and its agent, besides what the hub has of them. */
export interface SpokeTruth {
  readonly name: string
  /** An agent that is away does nothing. */
  isAway: boolean
}

/** What users, agents and Ramen hold in their heads: the inputs that are not readable from the hub. */
export interface Truth {
  readonly spokes: readonly SpokeTruth[]
  readonly storages: readonly StorageTruth[]
  /** Ramen's configuration without anything of ours; undefined: there is no ConfigMap. */
  ramenText: string | undefined
  /** Objects that are users' own, byte for byte, by `plural namespace/name`. */
  readonly users: Map<string, KubeObject>
  /** Uids of the namespaces they are in: a namespace takes them along. */
  readonly homes: Map<string, string>
  /** MirrorPeers are taken with any content, as if no webhook and no schema had looked at them. */
  readonly isLenient: boolean
  /** Ramen that lets neither region nor profile of a DRCluster be changed. */
  readonly isStrict: boolean
  /** Names that are free to be given. */
  nextName: number
}

export const storageText = ({ clusterName, storageClusterRef }: PeerRef): string =>
  `${clusterName}/${storageClusterRef.namespace}/${storageClusterRef.name}`

/** Ramen's own idea of its configuration, as a person keeps it. */
const ramenTexts = [
  `# Ramen's, edited by hand
kind: RamenConfig
s3StoreProfiles: []
webhook:
  port: 9443
`,
  `kind: RamenConfig   # no list at all
ramenControllerType: dr-hub
`,
  `apiVersion: ramendr.openshift.io/v1alpha1
kind: RamenConfig
s3StoreProfiles:
# a profile of somebody else
- s3ProfileName: theirs
  s3Bucket: theirs
  s3CompatibleEndpoint: "https://theirs.example"
  s3Region: east
  s3SecretRef:
    name: theirs
  caCertificates: YWJj
drClusterOperator:
  deploymentAutomationEnabled: true   # keep
`,
]

/** The world of a seed before anything happened in it. */
export const newTruth = (random: Random, clusters: number): Truth => {
  const names = Array.from({ length: clusters }, (_, place) => `cluster${place + 1}`)
  const externals = random.chance(0.35) ? new Set(names.filter(() => random.chance(0.6))) : new Set<string>()
  const seconds = new Set(names.filter(() => random.chance(0.3)))
  const refs = names.flatMap((name) => [
    peerRef(name),
    // The same name in another namespace has the same profile name; another name in the same has not.
    ...(seconds.has(name)
      ? [random.oneOf(peerRef(name, { namespace: 'second-storage' }), peerRef(name, { name: 'second' }))]
      : []),
  ])
  return {
    spokes: names.map((name) => ({ name, isAway: false })),
    storages: refs.map((ref) => ({
      ref,
      external: externals.has(ref.clusterName),
      fsid: fsidOf(ref, 0),
      key: 0,
      bucketKey: 0,
      gives: { token: true, bucket: true },
    })),
    ramenText: random.pick(ramenTexts),
    users: new Map(),
    homes: new Map(),
    isLenient: random.chance(0.3),
    isStrict: random.chance(0.2),
    nextName: 1,
  }
}

/** Another one with every installation. */
const fsidOf = (ref: PeerRef, installation: number): string =>
  `00000000-aaaa-4aaa-8aaa-${storageText(ref).replaceAll('/', '-')}-${installation}`
