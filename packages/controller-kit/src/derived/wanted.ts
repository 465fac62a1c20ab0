import type { KubeObject } from '@odfmo/api-types/meta'
import type { FieldPath } from '../writing/field-path.ts'
import type { FieldsOptions } from '../writing/fields.ts'

/**
 * What one derived object should be now. Five answers, none of them an error:
 * present (it should have these fields), edited (the live object with our change in it),
 * absent (it should not be there), waiting (not to be judged yet), leave (nothing of ours in it).
 */
export type Wanted<T extends KubeObject> = Present<T> | Edited<T> | Absent | Waiting | Leave

/** It should be there; made by `present`. */
export interface Present<T extends KubeObject> {
  readonly is: 'present'
  /** The fields that are ours. Objects merge into the live one, lists replace; what is not given stays. */
  readonly object: T
  readonly options: PresentOptions
}

/** How the given fields are laid over the live object. */
export interface PresentOptions extends FieldsOptions {
  /** Fields the server refuses to change: if one differs, the object is deleted and made again. */
  readonly immutable?: readonly FieldPath[]
  /** The change takes something away that somebody may still need: judged once more on fresh reads. */
  readonly confirm?: boolean
}

/** The live object should be changed; made by `edited`. */
export interface Edited<T extends KubeObject> {
  readonly is: 'edited'
  /** The whole object as it should be, made from the live one that the function read. */
  readonly object: T
  readonly options: { readonly confirm?: boolean }
}

/** It should not be there; made by `absent`. */
export interface Absent {
  readonly is: 'absent'
}

/** Not to be judged yet; made by `waiting`. */
export interface Waiting {
  readonly is: 'waiting'
  /** CamelCase and stable: becomes a condition's reason. */
  readonly reason: string
  /** What is missing, where, and who should bring it: becomes a condition's message word for word. */
  readonly message: string
}

/** Nothing to do; made by `leave`. */
export interface Leave {
  readonly is: 'leave'
}

/** It should be there with these fields; missing: created; different: patched. */
export const present = <T extends KubeObject>(object: T, options: PresentOptions = {}): Present<T> => ({
  is: 'present',
  object,
  options,
})

/**
 * The live object should become `object` (the live one with changes, made without mutation). For objects
 * of others in which only a part is ours: the smallest merge patch with the live resourceVersion.
 * `metadata.resourceVersion` and `uid` must be those of the object that was read.
 */
export const edited = <T extends KubeObject>(
  object: T,
  options: { readonly confirm?: boolean } = {},
): Edited<T> => ({
  is: 'edited',
  object,
  options,
})

/** It should not be there; deleted if it is ours, after a confirming look. */
export const absent = (): Absent => ({ is: 'absent' })

/** Not to be judged yet; the live object stays as it is. */
export const waiting = (reason: string, message: string): Waiting => ({ is: 'waiting', reason, message })

/** Nothing to do with the live object and nothing to wait for: it is somebody else's, or already right. */
export const leave = (): Leave => ({ is: 'leave' })
