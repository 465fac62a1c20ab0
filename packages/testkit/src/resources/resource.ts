import type { FieldError } from '../field-error.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Identity } from '../auth/identity.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'

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
  /** Sets what the server sets; may change `object`. */
  readonly prepareCreate?: (object: KubeObject, context: WriteContext) => void
  readonly prepareUpdate?: (object: KubeObject, old: KubeObject, context: WriteContext) => void
  readonly validateCreate?: (object: KubeObject) => readonly FieldError[]
  readonly validateUpdate?: (
    object: KubeObject,
    old: KubeObject,
    context: WriteContext,
  ) => readonly FieldError[]
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
  /** Finalizers the kind gets besides those of propagation, when deleted. */
  readonly deletionFinalizers?: readonly string[]
  /** Fields of field selectors besides metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, (object: KubeObject) => string>>
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
  /** Whether it is the version objects are kept in. */
  readonly isStored: boolean
  /** Between the stored form and this version's. The name and metadata stay. */
  readonly fromStored?: (object: KubeObject) => KubeObject
  readonly toStored?: (object: KubeObject) => KubeObject
  readonly schema?: StructuralSchema
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

/** Whether status is written by its own path only. */
export const hasStatus = (resource: Resource): boolean => resource.subresources.includes('status')
