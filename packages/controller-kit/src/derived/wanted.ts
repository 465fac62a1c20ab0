import type { KubeObject } from '@odfmo/api-types/meta'

/** A dotted path of field names, `data` or `spec.template`; names with dots are given as a list. */
export type FieldPath = string | readonly string[]

/**
 * What one derived object should be now. Five answers, none of them an error:
 * present (it should have these fields), edited (the live object with our change in it),
 * absent (it should not be there), waiting (not to be judged yet), leave (nothing of ours in it).
 */
export type Wanted<T extends KubeObject> = Present<T> | Edited<T> | Absent | Waiting | Leave

export interface Present<T extends KubeObject> {
  readonly is: 'present'
  /** The fields that are ours. Objects merge into the live one, lists replace; what is not given stays. */
  readonly object: T
  readonly options: PresentOptions
}

export interface PresentOptions {
  /** Maps that are wholly ours: live keys that `object` does not give are removed, e.g. `['data']`. */
  readonly exact?: readonly FieldPath[]
  /** Fields the server refuses to change: if one differs, the object is deleted and made again. */
  readonly immutable?: readonly FieldPath[]
  /** The change takes something away that somebody may still need: judged once more on fresh reads. */
  readonly confirm?: boolean
}

export interface Edited<T extends KubeObject> {
  readonly is: 'edited'
  /** The whole object as it should be, made from the live one that the function read. */
  readonly object: T
  readonly options: { readonly confirm?: boolean }
}

export interface Absent {
  readonly is: 'absent'
}

export interface Waiting {
  readonly is: 'waiting'
  /** CamelCase and stable: becomes a condition's reason. */
  readonly reason: string
  /** What is missing, where, and who should bring it: becomes a condition's message word for word. */
  readonly message: string
}

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
