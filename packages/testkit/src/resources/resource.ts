import type { FieldError } from '../field-error.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Identity } from '../auth/identity.ts'
import type { VersionConversion } from '../conversion/version-conversion.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'
import type { TypedJson } from '../types/typed-json.ts'

export interface PrinterColumn {
  readonly name: string
  readonly type: string
  readonly format?: string
  readonly description?: string
  readonly priority?: number
  /** Text of a cell, from the object. */
  readonly cell: (object: KubeObject, now: number) => unknown
}

export interface WriteContext {
  readonly identity: Identity
  /** RFC 3339 seconds. */
  readonly timestamp: string
  readonly subresource: string
}

/** What is special about the kind of a resource. Everything left out is the common case. */
export interface Strategy {
  /** Whether `metadata.generation` counts the changes of what is wanted. */
  readonly generation?: boolean
  /** Metadata is not written through the paths of subresources. */
  readonly statusLeavesMetadata?: boolean
  /** A change of the annotations counts too. */
  readonly countsAnnotations?: boolean
  /** Fills in what the type of the kind has when it is left out, as soon as an object is read; may change `object`. */
  readonly setDefaults?: (object: KubeObject) => void
  /** Sets what the server sets; may change `object`. */
  readonly prepareCreate?: (object: KubeObject, context: WriteContext) => void
  readonly prepareUpdate?: (object: KubeObject, old: KubeObject, context: WriteContext) => void
  readonly validateCreate?: (object: KubeObject) => readonly FieldError[]
  readonly validateUpdate?: (
    object: KubeObject,
    old: KubeObject,
    context: WriteContext,
  ) => readonly FieldError[]
  /** What a writer is warned of, though it is written. */
  readonly warnings?: (object: KubeObject, old?: KubeObject) => readonly string[]
  /** The group of the kind in refusals, where it is not the resource's. */
  readonly kindGroup?: string
  /** Wrong names, as messages; DNS subdomains when absent. */
  readonly validateName?: (name: string) => readonly string[]
  /** PUT to a name that is not there creates it. */
  readonly createOnUpdate?: boolean
  /** PUT needs a resourceVersion. */
  readonly conditionalUpdate?: boolean
  /** DELETE answers the object, not a Status. */
  readonly returnsDeleted?: boolean
  /** Why an object of that name is never deleted; undefined when it may be. */
  readonly refuseDelete?: (name: string) => string | undefined
  /** Kinds that a controller of the server empties first: the first delete only marks the object, and may change it here. */
  readonly beginDeletion?: (object: KubeObject, timestamp: string) => void
  /** Seconds that an object is left after it was deleted, from those that were asked for. */
  readonly gracePeriod?: (object: KubeObject, requested: number | undefined) => number
  /** An update is checked by all rules of metadata once more, which shows in the causes of a refusal. */
  readonly revalidatesMetadata?: boolean
  /** Fields of field selectors besides metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, (object: KubeObject) => string>>
}

/** The type of a built-in kind, and what reads and writes it. */
export interface TypedKind {
  /** `apps.Deployment` */
  readonly name: string
  readonly json: TypedJson
}

/** One resource as it is served at one version. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly listKind: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  /** Names of the subresources that are served. */
  readonly subresources: readonly string[]
  readonly strategy: Strategy
  /** Where the objects are kept: `group/plural`, shared by all versions. */
  readonly table: string
  /** What differs of the kind that objects are kept as, where it is another. */
  readonly storageVersion?: { readonly group?: string; readonly version?: string }
  /** Whether it is the version objects are kept in. */
  readonly isStored: boolean
  /** Between the stored form and this version's. The name and metadata stay. */
  readonly fromStored?: (object: KubeObject) => KubeObject
  readonly toStored?: (object: KubeObject) => KubeObject
  /** Of custom resources that have, or had, several versions: in place of the two above. */
  readonly conversion?: VersionConversion
  readonly schema?: StructuralSchema
  /** Of built-in kinds. */
  readonly typed?: TypedKind
  /** Of custom resources: reads their metadata. */
  readonly metadataJson?: TypedJson
  /** Of custom resources: objects of older revisions were written under another schema. */
  readonly schemaRevision?: number
  /** Brings such an object into the form of the schema. */
  readonly reshape?: (object: KubeObject) => KubeObject
  /** Its definition is being deleted: nothing new is created. */
  readonly isTerminating?: boolean
  /** Sent with every answer of a deprecated version. */
  readonly deprecationWarning?: string
  /** A resource by CRD: unknown kinds of patches are refused, updates need a resourceVersion. */
  readonly isCustom: boolean
  readonly columns?: readonly PrinterColumn[]
  readonly scale?: ScalePaths
}

export interface ScalePaths {
  readonly specReplicasPath: string
  readonly statusReplicasPath: string
  readonly labelSelectorPath?: string
}

export const allVerbs = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
] as const

export const apiVersionOf = ({ group, version }: { group: string; version: string }): string =>
  group === '' ? version : `${group}/${version}`

/** The kind as refusals name it. */
export const refusedKind = ({ group, kind, strategy }: Resource): { group: string; kind: string } => ({
  group: strategy.kindGroup ?? group,
  kind,
})

/** Whether status is written by its own path only. */
export const hasStatus = (resource: Resource): boolean => resource.subresources.includes('status')
