import type { Clock } from '../clock/clock.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { ResourceRegistry } from '../resources/resource-registry.ts'
import type { CelRules } from '../schema/cel-rules.ts'
import type { ProtobufDecoder } from '../types/decode-protobuf.ts'
import type { TypedJson } from '../types/typed-json.ts'
import type { Store } from '../storage/store.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Identity } from '../auth/identity.ts'
import type { AdmissionChain } from './admission.ts'

/** What the verbs work on: one cluster without its sockets. */
export interface Api {
  readonly store: Store
  readonly registry: ResourceRegistry
  readonly clock: Clock
  readonly celRules: CelRules
  readonly protobuf: ProtobufDecoder
  /** Of the built-in kinds. */
  readonly typedJson: TypedJson
  /** The server's own: asked before an object is written, at once. */
  readonly admissions: readonly Admission[]
  /** Those who may have to be waited for: webhooks and policies; and who keeps managedFields. */
  readonly chain: AdmissionChain
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
  /** Paths of fields that the body had twice. */
  readonly duplicates?: readonly string[]
  /** What else a strict reader has against the body, as messages. */
  readonly problems?: readonly string[]
  /** What the request said for itself, as its options object has it. */
  readonly sent?: SentOptions
  /** Who owns the fields that the server itself writes, where no request says it. */
  readonly manager?: string
  /** It is what server-side apply made: its owners are told already. */
  readonly isApplied?: boolean
  /** Collects the texts of Warning headers. */
  readonly warn: (message: string) => void
}

/** Options of a request as it sent them; what it left out is empty. */
export interface SentOptions {
  readonly kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions'
  readonly fieldManager: string
  readonly fieldValidation: string
  readonly userAgent: string
  /** Further fields of the kind: `force`, `propagationPolicy`. */
  readonly more?: Readonly<Record<string, unknown>>
}

// every write asks several times within a second: the answer of a pure function, remembered
const lastWritten = { second: Number.NaN, text: '' }

/** RFC 3339 with seconds, the form of metadata timestamps. */
export const timestampOf = (ms: number): string => {
  const second = Math.floor(ms / 1000)
  if (second !== lastWritten.second) {
    lastWritten.second = second
    lastWritten.text = `${new Date(ms).toISOString().slice(0, 19)}Z`
  }
  return lastWritten.text
}

/** The stored object in the version of the resource. Throws NotConvertedError when a webhook has to be asked first. */
export const viewOf = (resource: Resource, stored: StoredObject): KubeObject => {
  const view = formOf(resource, stored)
  // another version has the shape that its conversion gave it
  const isShaped = !isOfOldSchema(resource, stored) || !isPlain(resource, stored)
  return isShaped ? view : (resource.reshape?.(view) ?? view)
}

const formOf = ({ conversion, fromStored }: Resource, stored: StoredObject): KubeObject => {
  if (conversion !== undefined) return conversion.view(stored)
  const object = stored.read()
  return fromStored?.(object) ?? object
}

/** Whether the stored text is of the version of the resource. */
export const isPlain = ({ conversion, fromStored }: Resource, stored: StoredObject): boolean =>
  conversion === undefined ? fromStored === undefined : conversion.isPlain(stored)

/** Stored when the schema was another: fields may be missing that have a default now, and others be there that it does not know. */
const isOfOldSchema = ({ schemaRevision = 0 }: Resource, { revision }: StoredObject): boolean =>
  revision < schemaRevision

/** The JSON text of the stored object in the version of the resource. */
export const jsonOf = (resource: Resource, stored: StoredObject): string =>
  isPlain(resource, stored) && !isOfOldSchema(resource, stored)
    ? stored.json
    : JSON.stringify(viewOf(resource, stored))

/** What `jsonOf` begins with: items of built-in lists come without it. */
export const typePrefixOf = (resource: Resource): string =>
  `{"apiVersion":${JSON.stringify(apiVersionOf(resource))},"kind":${JSON.stringify(resource.kind)},`
