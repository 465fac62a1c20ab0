import type {
  CephCluster,
  ConfigMap,
  KubeObject,
  ObjectKey,
  PeerRef,
  Route,
  Secret,
  StorageCluster,
} from '@odfmo/api-types'

/** Kinds of spoke objects that a handler may take. */
export type SpokeSourceKind = 'Secret' | 'ConfigMap'

/** What the names of sources must contain; `contract.defaultSourceMatch` unless the environment says otherwise. */
export interface SourceMatch {
  readonly token: string
  readonly s3: string
}

/** The spoke, as far as handlers read it beside the sources: synchronous, from a cache. */
export interface SpokeReader {
  secret(key: ObjectKey): Secret | undefined
  configMap(key: ObjectKey): ConfigMap | undefined
  route(key: ObjectKey): Route | undefined
  cephCluster(key: ObjectKey): CephCluster | undefined
  storageCluster(key: ObjectKey): StorageCluster | undefined
}

/** What a handler answers from. */
export interface HubSecretInput {
  /** The StorageCluster of this cluster that the secret is for. */
  readonly ref: PeerRef
  /** Spoke Secrets that may be the source. Those that the handler does not take are passed over. */
  readonly sources: readonly Secret[]
  readonly spoke: SpokeReader
  readonly match?: SourceMatch | undefined
  /** uid of the spoke's namespace kube-system, written as an annotation when given. */
  readonly agentClusterUid?: string | undefined
}

/** The hub secret of a peer ref, or what it waits for (fit for a condition: a reason and a sentence). */
export type HubSecretResult =
  | { readonly is: 'present'; readonly secret: Secret; readonly source: ObjectKey }
  | { readonly is: 'waiting'; readonly reason: string; readonly message: string }

/**
 * One kind of secret that is exchanged: which spoke objects it takes, which hub secret comes of them, and which hub
 * secrets it brings back. All of it is pure; the agent reads and writes.
 */
export interface SecretExchangeHandler {
  readonly name: string
  /** The blue filter: whether this spoke object can be (a part of) a source. Kinds are absent in lists, so it is told. */
  takes(kind: SpokeSourceKind, object: KubeObject, match?: SourceMatch): boolean
  /** Where on the hub the secret of a peer ref is. */
  hubSecretKey(ref: PeerRef): ObjectKey
  /** What is to be there. */
  hubSecret(input: HubSecretInput): HubSecretResult
  /** The green filter: whether this hub secret is for the spoke. */
  takesGreen(hubSecret: Secret): boolean
  /**
   * What a green secret becomes on the spoke.
   * @throws SecretExchangeError when it cannot be read, or the handler takes no green secrets.
   */
  spokeSecret(green: Secret): Secret
}
