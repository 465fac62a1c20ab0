import { keyOf, type DeepReadonly, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { DeleteOptions } from '../client/object-client.ts'
import type { WatchedKind } from '../watched-kind.ts'
import type { Fields, FieldsOptions } from './fields.ts'

/** What a controller wants of one object. Saying it twice does it once. */
export type Intent<T extends KubeObject = KubeObject> =
  | CreateIntent<T>
  | PatchIntent<T>
  | DeleteIntent<T>
  | StatusIntent<T>

/** What every intent can say. */
export interface IntentOptions {
  /**
   * False: the object is got live and its kind is not watched; for kinds of which only few objects are ever written.
   * Default: it is compared with the cache, of whose kind a watch begins.
   */
  readonly cached?: boolean
}

/** It should be there with these fields: created when it is missing, patched where it differs and is ours. */
export interface CreateIntent<T extends KubeObject> extends IntentOptions, FieldsOptions {
  readonly is: 'create'
  readonly of: WatchedKind<T>
  /** With name and namespace. */
  readonly object: T
  /**
   * Whether an object that is there is ours to change. Default: it has the controller that the owner references
   * given name; when they name none, only if it has all these fields already.
   */
  readonly ours?: (live: DeepReadonly<T>) => boolean
}

/** The fields that are given, or that a function makes of the live object each time it is looked at. */
export type FieldsOrEdit<T, F> = F | ((live: DeepReadonly<T>) => F | undefined)

/** An object that is there should have these fields. */
export interface PatchIntent<T extends KubeObject> extends IntentOptions, FieldsOptions {
  readonly is: 'patch'
  readonly of: WatchedKind<T>
  readonly key: ObjectKey
  /** A function answers undefined to leave the object as it is. */
  readonly fields: FieldsOrEdit<T, Fields<T>>
  /** Only the object of this uid. */
  readonly uid?: string
}

/**
 * It should not be there. A later object of the same name is another one; what the kind does not select counts as not
 * there, unless `cached` is false.
 */
export interface DeleteIntent<T extends KubeObject> extends IntentOptions {
  readonly is: 'delete'
  readonly of: WatchedKind<T>
  readonly key: ObjectKey
  /** Only the object of this uid. */
  readonly uid?: string
  /** Asked of the object at each look, the last one included: false leaves it. Default: always. */
  readonly when?: (live: DeepReadonly<T>) => boolean
  readonly propagationPolicy?: DeleteOptions['propagationPolicy']
}

/** The type of the status of objects that have one. */
export type StatusOf<T> = T extends { readonly status?: infer S } ? NonNullable<S> : unknown

/** An object that is there should have these fields in its status; written to the subresource. */
export interface StatusIntent<T extends KubeObject> extends IntentOptions {
  readonly is: 'status'
  readonly of: WatchedKind<T>
  readonly key: ObjectKey
  /** A function answers undefined to leave the status as it is. */
  readonly status: FieldsOrEdit<T, Fields<StatusOf<T>>>
  /** Only the object of this uid. */
  readonly uid?: string
}

export const keyOfIntent = <T extends KubeObject>(intent: Intent<T>): ObjectKey =>
  intent.is === 'create' ? keyOf(intent.object) : intent.key
