import { expect } from 'vitest'
import { seededRandom } from '../../clock/seeded-random.ts'
import type { KubeObject } from '../../kube-object.ts'
import type { StructuralSchema } from '../../schema/structural-schema.ts'
import { applyConfig } from '../apply-config.ts'
import { ConflictError } from '../conflict.ts'
import { customFieldType } from '../custom-field-types.ts'
import { freeForm } from '../field-type.ts'
import { managerKey } from '../manager-entry.ts'
import type { ManagerEntry, Managers, Operation } from '../manager-entry.ts'
import { leavesOf, OwnerModel } from './owner-model.ts'
import { randomSchema, randomValue } from './random-configs.ts'
import { updatedSet } from '../update-managers.ts'
import type { Versions } from '../versions.ts'

const versionsOf = (schema: StructuralSchema, apiVersion: string): Versions => {
  const type = customFieldType(schema, freeForm)
  return {
    apiVersion,
    typeOf: () => type,
    convert: (object, to) => ({ ...object, apiVersion: to }),
    reset: () => undefined,
  }
}

const people = ['ann', 'bob', 'cid']

/** One history of writes, each compared with the plain computation; the same for the same seed. */
export class OwnerRun {
  readonly #random: () => number
  readonly #schema: StructuralSchema
  readonly #model = new OwnerModel()
  readonly #managers: Managers = new Map()
  #live: KubeObject
  conflicts = 0

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    const properties = Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [name, randomSchema(this.#random, 3)]),
    )
    this.#schema = { type: 'object', properties: { spec: { type: 'object', properties } } }
    this.#live = this.#object('g/v1', {})
  }

  step(): void {
    // of several versions the real server loses what one owns in an item that another owns
    const apiVersion = 'g/v1'
    const manager = this.#pick(people)
    const spec =
      this.#random() < 0.03 ? undefined : randomValue(this.#random, this.#schema.properties?.['spec'] ?? {})
    if (this.#random() < 0.75) this.#apply(apiVersion, manager, spec)
    else this.#update(apiVersion, manager, spec)
    this.#check()
  }

  #apply(apiVersion: string, name: string, spec: unknown): void {
    const versions = versionsOf(this.#schema, apiVersion)
    const manager = this.#entry(name, 'Apply', apiVersion)
    const key = managerKey(manager)
    const force = this.#random() < 0.4
    const objects = { live: { ...this.#live, apiVersion }, config: this.#object(apiVersion, spec) }
    const isConflict = this.#model.apply(key, leavesOf(this.#schema, { spec }), force)
    const managers: Managers = new Map(this.#managers)
    const attempt = (): KubeObject | undefined =>
      applyConfig(versions, managers, objects, { manager, key, force }).object
    if (isConflict) {
      this.conflicts += 1
      expect(attempt).toThrow(ConflictError)
      return
    }
    const object = attempt()
    this.#keep(object ?? objects.live, managers)
    const again: Managers = new Map(managers)
    const twice = applyConfig(
      versions,
      again,
      { ...objects, live: { ...this.#live, apiVersion } },
      { manager, key, force },
    )
    expect(twice.object).toBeUndefined()
    expect(again).toEqual(managers)
  }

  #update(apiVersion: string, name: string, spec: unknown): void {
    const manager = this.#entry(name, 'Update', apiVersion)
    const key = managerKey(manager)
    const next = this.#object(apiVersion, spec)
    const managers: Managers = new Map(this.#managers)
    const old = { ...this.#live, apiVersion }
    const set = updatedSet(versionsOf(this.#schema, apiVersion), managers, old, next)
    const own = managers.get(key)?.set
    if (!set.isEmpty) managers.set(key, { ...manager, set: own === undefined ? set : set.union(own) })
    this.#model.update(key, leavesOf(this.#schema, { spec }))
    this.#keep(next, managers)
  }

  #keep(object: KubeObject, managers: Managers): void {
    this.#live = object
    this.#managers.clear()
    for (const [key, entry] of managers) this.#managers.set(key, entry)
  }

  #check(): void {
    const leaves = leavesOf(this.#schema, this.#live)
    for (const path of leaves.keys()) if (!path.startsWith('/f:spec')) leaves.delete(path)
    const byPath = (left: readonly [string, string], right: readonly [string, string]): number =>
      left[0] < right[0] ? -1 : 1
    expect([...leaves].toSorted(byPath)).toEqual([...this.#model.leaves].toSorted(byPath))
    for (const [key, owned] of this.#model.owners) {
      const paths = [...(this.#managers.get(key)?.set.paths() ?? [])].map((path) => `/${path.join('/')}`)
      expect(paths.filter((path) => leaves.has(path)).toSorted(), key).toEqual([...owned].toSorted())
    }
    const claimed = new Set([...this.#model.owners.values()].flatMap((owned) => [...owned]))
    for (const path of leaves.keys()) expect(claimed.has(path), path).toBe(true)
  }

  #entry(manager: string, operation: Operation, apiVersion: string): Omit<ManagerEntry, 'set'> {
    return { manager, operation, apiVersion, subresource: '', time: undefined }
  }

  #object(apiVersion: string, spec: unknown): KubeObject {
    return { apiVersion, kind: 'Thing', metadata: { name: 'a' }, spec }
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T
  }
}
