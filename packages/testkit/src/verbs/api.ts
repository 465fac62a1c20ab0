import type { Clock } from '../clock/clock.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { ResourceRegistry } from '../resources/resource-registry.ts'
import type { CelRules } from '../schema/cel-rules.ts'
import type { ProtobufDecoder } from '../types/decode-protobuf.ts'
import type { Store } from '../storage/store.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Identity } from '../auth/identity.ts'

/** What the verbs work on: one cluster without its sockets. */
export interface Api {
  readonly store: Store
  readonly registry: ResourceRegistry
  readonly clock: Clock
  readonly celRules: CelRules
  readonly protobuf: ProtobufDecoder
  /** Asked before an object is written. */
  readonly admissions: readonly Admission[]
}

/** Throws when a write that is valid in itself is not for this user; `old` is what an update replaces. */
export type Admission = (
  target: Target,
  object: KubeObject,
  old: KubeObject | undefined,
  options: WriteOptions,
) => void

/** The object a verb is about. */
export interface Target {
  readonly resource: Resource
  /** Empty for cluster-scoped resources and for lists of all namespaces. */
  readonly namespace: string
  readonly name: string
  readonly subresource: string
}

export interface WriteOptions {
  readonly identity: Identity
  readonly dryRun: boolean
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict'
  /** Collects the texts of Warning headers. */
  readonly warn: (message: string) => void
}

/** RFC 3339 with seconds, the form of metadata timestamps. */
export const timestampOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** The stored object in the version of the resource. */
export const viewOf = (resource: Resource, stored: StoredObject): KubeObject =>
  resource.fromStored === undefined ? stored.read() : resource.fromStored(stored.read())

/** Writes an object in the version of its resource; answers it with its new resourceVersion, and parses nothing. */
export const putView = ({ store }: Api, resource: Resource, object: KubeObject): KubeObject => {
  const stored = resource.toStored?.(object) ?? object
  store.put(resource.table, stored)
  return resource.fromStored?.(stored) ?? stored
}

/** The JSON text of the stored object in the version of the resource. */
export const jsonOf = (resource: Resource, stored: StoredObject): string =>
  resource.fromStored === undefined ? stored.json : JSON.stringify(resource.fromStored(stored.read()))

/** What `jsonOf` begins with: items of built-in lists come without it. */
export const typePrefixOf = (resource: Resource): string =>
  `{"apiVersion":${JSON.stringify(apiVersionOf(resource))},"kind":${JSON.stringify(resource.kind)},`
