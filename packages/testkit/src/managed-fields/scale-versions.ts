import type { KubeObject } from '../kube-object.ts'
import { FieldSet } from './field-set.ts'
import type { FieldType } from './field-type.ts'
import { readManagers, writeManagers } from './manager-entry.ts'
import type { Managers } from './manager-entry.ts'
import type { FieldPath } from './path-element.ts'
import { MissingVersionError } from './versions.ts'
import type { Versions } from './versions.ts'

const scaleVersion = 'autoscaling/v1'
const replicasInScale: FieldPath = ['f:spec', 'f:replicas']

/** The one version of a Scale. */
export class ScaleVersions implements Versions {
  readonly apiVersion = scaleVersion
  readonly #type: FieldType

  constructor(type: FieldType) {
    this.#type = type
  }

  typeOf(apiVersion: string): FieldType {
    if (apiVersion !== scaleVersion) throw new MissingVersionError(apiVersion)
    return this.#type
  }

  convert(object: KubeObject): KubeObject {
    return object
  }

  reset(): undefined {
    return undefined
  }
}

/** `.spec.replicas` as a path. */
const pathOf = (dotted: string): FieldPath =>
  dotted
    .replace(/^\./, '')
    .split('.')
    .map((name) => `f:${name}`)

/** The owners of an object's replicas, as those of its Scale. `replicasPath` says where each version has them. */
export const scaleManagers = (
  managedFields: readonly unknown[] | undefined,
  replicasPath: (apiVersion: string) => string | undefined,
): unknown[] | undefined => {
  const owners: Managers = new Map()
  for (const [key, entry] of readManagers(managedFields) ?? []) {
    const path = replicasPath(entry.apiVersion)
    if (path !== undefined && entry.set.has(pathOf(path)))
      owners.set(key, { ...entry, apiVersion: scaleVersion, set: FieldSet.of(replicasInScale) })
  }
  return writeManagers(owners)
}

/** The owners of an object after its Scale was written with those. */
export const parentManagers = (
  managedFields: readonly unknown[] | undefined,
  scaleFields: readonly unknown[] | undefined,
  {
    apiVersion,
    replicasPath,
  }: {
    readonly apiVersion: string
    readonly replicasPath: (apiVersion: string) => string | undefined
  },
): unknown[] | undefined => {
  const after: Managers = new Map()
  const owners = new Map(readManagers(scaleFields) ?? [])
  for (const [key, entry] of readManagers(managedFields) ?? []) {
    const path = replicasPath(entry.apiVersion)
    if (path === undefined || !entry.set.has(pathOf(path))) after.set(key, entry)
    // of updates the version is a part of the key, and a Scale has another: they give their replicas away
    else if (owners.delete(key)) after.set(key, entry)
    else {
      const set = entry.set.difference(FieldSet.of(pathOf(path)))
      if (!set.isEmpty) after.set(key, { ...entry, set })
    }
  }
  for (const [key, entry] of owners) {
    if (!entry.set.has(replicasInScale)) continue
    const set = FieldSet.of(pathOf(replicasPath(apiVersion) ?? ''))
    after.set(key, { ...entry, apiVersion, set, time: undefined })
  }
  return writeManagers(after)
}
