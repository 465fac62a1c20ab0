import { isJsonObject } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { compareObjects } from './compare-objects.ts'
import { ConflictError } from './conflict.ts'
import { FieldSet } from './field-set.ts'
import { fieldSetOf } from './field-set-of.ts'
import { valueErrors } from './value-errors.ts'
import type { Versions } from './versions.ts'

const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
const annotationsLimitBytes = 262_144

/** kubectl alone goes on from what it applied on the client's side before. */
export const keepsLastApplied = (manager: string): boolean => manager === 'kubectl'

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** The fields of the last client-side apply that still are as it left them; undefined when there was none. */
const unchangedSince = (versions: Versions, live: KubeObject): FieldSet | undefined => {
  const text = live.metadata.annotations?.[annotation] ?? ''
  const last = text === '' ? undefined : parsed(text)
  if (!isJsonObject(last) || last['apiVersion'] !== versions.apiVersion) return undefined
  const type = versions.typeOf(versions.apiVersion)
  if (valueErrors(type, live).length > 0 || valueErrors(type, last).length > 0) return undefined
  const { added, modified, removed } = compareObjects(type, last, live)
  return fieldSetOf(type, last).difference(modified).difference(added).difference(removed)
}

/** Applies; conflicts about what kubectl itself applied on the client's side are none. */
export const lastAppliedOwned = (
  versions: Versions,
  live: KubeObject,
  force: boolean,
  attempt: (force: boolean) => KubeObject,
): KubeObject => {
  try {
    return attempt(force)
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error
    const allowed = unchangedSince(versions, live)
    if (allowed === undefined) throw error
    const left = error.conflicts.filter(({ path }) => !allowed.has(path))
    if (left.length > 0) throw new ConflictError(left)
    return attempt(true)
  }
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  )
}

/** The object with the annotation of client-side apply brought up to date, where it has it. */
export const withLastApplied = (object: KubeObject, config: KubeObject): KubeObject => {
  // the last of them leaves null behind when it is taken away
  const annotations = object.metadata.annotations ?? {}
  if (!annotations[annotation]) return object
  const { [annotation]: _last, ...own } = config.metadata.annotations ?? {}
  const metadata =
    config.metadata.annotations === undefined ? config.metadata : { ...config.metadata, annotations: own }
  const text = `${JSON.stringify(sorted({ ...config, metadata }))}\n`
  const { [annotation]: _before, ...others } = annotations
  const all = { ...others, [annotation]: text }
  const size = Object.entries(all).reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  const next = size > annotationsLimitBytes ? others : all
  return { ...object, metadata: { ...object.metadata, annotations: next } }
}
