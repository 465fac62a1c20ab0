import type { KubeObject } from '../kube-object.ts'
import type { FieldSet } from './field-set.ts'
import type { FieldType } from './field-type.ts'

/** A version of a kind that is not there any more: who owned fields in it owns nothing. */
export class MissingVersionError extends Error {
  override readonly name = 'MissingVersionError'
}

/** An object in the forms that its managers know it in. */
export interface Versions {
  /** Of the request. */
  readonly apiVersion: string
  /** Throws MissingVersionError. */
  typeOf(apiVersion: string): FieldType
  /** The object in a version; throws MissingVersionError. */
  convert(object: KubeObject, apiVersion: string): KubeObject
  /** What the path of the request does not write, in a version. */
  reset(apiVersion: string): FieldSet | undefined
}

/** What `read` gives, or undefined when its version is missing. */
export const unlessMissing = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (error instanceof MissingVersionError) return undefined
    throw error
  }
}
