import type { KubeObject, Kind } from '@odfmo/api-types/meta'

/**
 * One kind in one cluster, as this process watches it: what is selected on the server, and by which
 * indexes it can be found. Services list theirs in `kinds.ts` (`hub.Secret`, `spoke.StorageClass`, …).
 * Identity matters: the same value is used for watching, reading and writing.
 */
export interface WatchedKind<T extends KubeObject = KubeObject> {
  /** Name of the cluster it lives in, as the manager knows it (`hub`, `spoke`). */
  readonly cluster: string
  /** `hub.Secret`: unique in a process; for logs, metrics and readiness. */
  readonly name: string
  readonly kind: Kind<T>
  /** Selected on the server, e.g. `multicluster.odf.openshift.io/secret-type`. */
  readonly labelSelector?: string
  readonly fieldSelector?: string
  /**
   * Watched namespaces: left out means all of the cluster; a list means these; `'dynamic'` means those
   * that the service names while it runs (`Informers.setNamespaces`). Reading a namespace that is not
   * watched yet counts as not synced, never as empty.
   */
  readonly namespaces?: readonly string[] | 'dynamic'
  /** Only apiVersion, kind and metadata are fetched and kept: for kinds of which presence or labels suffice. */
  readonly metadataOnly?: boolean
  /**
   * Makes an object smaller before it is kept, e.g. without fields nobody reads. Pure; keeps name, namespace, uid and
   * resourceVersion. Undefined: it is not kept at all and counts as not there, which costs nothing however many there are;
   * for what no rule asks for. Not asked with `metadataOnly`.
   */
  transform?(object: T): T | undefined
}

/** A way to find objects of one kind: each object stands in the buckets `values` gives for it. */
export interface Index<T extends KubeObject = KubeObject> {
  readonly of: WatchedKind<T>
  /** Unique per kind. */
  readonly name: string
  /** Pure; the bucket names of one object, none to leave it out. */
  values(object: T): readonly string[]
}

/** The kinds of one cluster: `const hub = cluster('hub', { Secret: watch(kinds.Secret, { labelSelector }) })`. */
export const cluster = <K extends Record<string, WatchOptions>>(
  name: string,
  watches: K,
): { readonly [P in keyof K]: K[P] extends WatchOptions<infer T> ? WatchedKind<T> : never } =>
  Object.fromEntries(
    Object.entries(watches).map(([key, options]) => [
      key,
      { ...options, cluster: name, name: `${name}.${key}` },
    ]),
  ) as never

/** Everything of a `WatchedKind` but its place. */
export type WatchOptions<T extends KubeObject = KubeObject> = Omit<WatchedKind<T>, 'cluster' | 'name'>

/** How a kind is watched, for `cluster`; without options all of its objects, whole. */
export const watch = <T extends KubeObject>(
  kind: Kind<T>,
  options: Omit<WatchOptions<T>, 'kind'> = {},
): WatchOptions<T> => ({ kind, ...options })

/** An index of a kind; see `Index`. The same value is used for filling and for finding. */
export const index = <T extends KubeObject>(
  of: WatchedKind<T>,
  name: string,
  values: (object: T) => readonly string[],
): Index<T> => ({ of, name, values })
