/**
 * What every Kubernetes object has in common, and how a kind is named on the wire.
 * This entry has no schema library behind it, so a runtime can import it for nothing.
 */

/** metav1.OwnerReference. */
export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** metav1.ObjectMeta, the fields this project reads or writes; others travel along untouched. */
export interface ObjectMeta {
  readonly name?: string | undefined
  readonly generateName?: string | undefined
  /** Absent (or undefined, which JSON leaves out) for cluster-scoped kinds. */
  readonly namespace?: string | undefined
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  /** RFC 3339, seconds. */
  readonly creationTimestamp?: string
  /** RFC 3339, seconds; set while finalizers hold the object. */
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly OwnerReference[]
  readonly managedFields?: readonly unknown[]
}

/** Any Kubernetes object. Kinds add `spec`, `status`, `data` and so on. */
export interface KubeObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: ObjectMeta
}

/** metav1.Condition. */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  /** CamelCase, never empty. */
  readonly reason: string
  readonly message: string
  /** RFC 3339, seconds; moves only when `status` does. */
  readonly lastTransitionTime: string
  readonly observedGeneration?: number
}

/** metav1.Status: the body of every refusal by an API server. */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata?: object
  readonly status?: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: {
    readonly name?: string
    readonly group?: string
    readonly kind?: string
    readonly uid?: string
    readonly causes?: readonly {
      readonly reason?: string
      readonly message?: string
      readonly field?: string
    }[]
    readonly retryAfterSeconds?: number
  }
  readonly code?: number
}

/** A kind as the API server names it; the phantom type says what its objects look like. */
export interface Kind<T extends KubeObject = KubeObject> {
  /** API group, `''` for the core group. */
  readonly group: string
  readonly version: string
  readonly kind: string
  /** The resource name in URLs, e.g. `mirrorpeers`. */
  readonly plural: string
  readonly namespaced: boolean
  /** Never set: carries `T` for the compiler. */
  readonly __object?: T
}

/** The name of one object; `namespace` is absent for cluster-scoped kinds. */
export interface ObjectKey {
  readonly namespace?: string | undefined
  readonly name: string
}

/** `apiVersion` as objects of this kind carry it. */
export const apiVersionOf = (kind: Kind): string =>
  kind.group === '' ? kind.version : `${kind.group}/${kind.version}`

/** The key of an object that has a name. */
export const keyOf = (object: KubeObject): ObjectKey => {
  const { name, namespace } = object.metadata
  if (name === undefined) throw new TypeError('keyOf: the object has no metadata.name')
  return namespace === undefined ? { name } : { namespace, name }
}

/** `namespace/name`, or `name` alone for cluster-scoped objects: for logs and as a map key. */
export const keyText = (key: ObjectKey): string =>
  key.namespace === undefined ? key.name : `${key.namespace}/${key.name}`

/** All the way down read-only: what a cache hands out. */
export type DeepReadonly<T> = T extends (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends readonly (infer U)[]
    ? readonly DeepReadonly<U>[]
    : T extends object
      ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
      : T
