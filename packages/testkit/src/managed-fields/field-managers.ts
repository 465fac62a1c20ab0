import { ApiError, badRequest, storageError } from '../api-error.ts'
import type { Clock } from '../clock/clock.ts'
import type { KubeObject } from '../kube-object.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { Resource } from '../resources/resource.ts'
import type { ResourceRegistry } from '../resources/resource-registry.ts'
import type { BuiltInTypes } from '../types/built-in-types.ts'
import { DecodeError } from '../types/decode-error.ts'
import type { TypedJson } from '../types/typed-json.ts'
import type { Write } from '../verbs/admission.ts'
import { timestampOf } from '../verbs/api.ts'
import type { Target, WriteOptions } from '../verbs/api.ts'
import { canonical } from '../verbs/check-object.ts'
import { normalized } from '../verbs/object-meta.ts'
import { applyConfig } from './apply-config.ts'
import { capManagers } from './cap-managers.ts'
import { ConflictError, conflictStatus } from './conflict.ts'
import { FieldTypes } from './field-types.ts'
import { ConversionError, KindVersions } from './kind-versions.ts'
import { keepsLastApplied, lastAppliedOwned, withLastApplied } from './last-applied.ts'
import { ListElementError } from './list-element.ts'
import { isReset, managedBy, unmanaged } from './managed-object.ts'
import { managerKey, readManagers } from './manager-entry.ts'
import type { ManagerEntry, Managers, Operation } from './manager-entry.ts'
import { managerName } from './manager-name.ts'
import { ScaleVersions } from './scale-versions.ts'
import { updatedSet } from './update-managers.ts'
import { errorText, valueErrors } from './value-errors.ts'
import type { Versions } from './versions.ts'

interface Context {
  readonly types: BuiltInTypes
  readonly json: TypedJson
  readonly registry: ResourceRegistry
  readonly clock: Clock
}

/** What is written, by whom. */
interface Request {
  readonly versions: Versions
  readonly target: Target
  readonly options: WriteOptions
}

/** Who owned the fields of an object before anybody applied it. */
const beforeApply = 'before-first-apply'

const goKind = (apiVersion: string, kind: string): string =>
  `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`

/** An object as errors name it. */
const nameOf = ({ apiVersion, kind, metadata }: KubeObject): string =>
  `${metadata.namespace ?? ''}/${metadata.name ?? ''}; ${goKind(apiVersion, kind)}`

const isUnmanageable = (error: unknown): boolean =>
  error instanceof ListElementError || error instanceof ConversionError

/** What is of another type than its schema says is refused later, or was stored under another schema. */
const isTyped = (versions: Versions, { resource }: Target, object: KubeObject): boolean =>
  !resource.isCustom || valueErrors(versions.typeOf(versions.apiVersion), object, true).length === 0

/** Keeps `metadata.managedFields` of all writes, and merges what is applied. */
export class FieldManagers {
  readonly #types: FieldTypes
  readonly #json: TypedJson
  readonly #registry: ResourceRegistry
  readonly #clock: Clock
  /** Objects with nothing in them, as their types write them. */
  readonly #empty = new WeakMap<Resource, KubeObject>()

  constructor({ types, json, registry, clock }: Context) {
    this.#types = new FieldTypes(types)
    this.#json = json
    this.#registry = registry
    this.#clock = clock
  }

  /** The object with the owners that it has after a create, an update or a patch that is no apply. */
  manage({ target, object, old, options }: Write & { readonly object: KubeObject }): KubeObject {
    if (options.isApplied === true) return object
    const live = old?.metadata.managedFields
    const sent = object.metadata.managedFields
    const managers = managersOf(live, target.subresource === '' ? sentManagers(target, sent) : undefined)
    const bare = unmanaged(object)
    // what nobody began to keep is not kept from an update on
    if (managers.size === 0 && old !== undefined) return bare
    const versions = this.#versionsOf(target)
    try {
      const before = old === undefined ? this.#emptyOf(target) : unmanaged(old)
      const next = this.#written(target, bare)
      if (!isTyped(versions, target, before) || !isTyped(versions, target, next)) return bare
      this.#update({ versions, target, options }, managers, before, next)
    } catch (error) {
      // owners that cannot be told are none
      if (isUnmanageable(error)) return bare
      throw error
    }
    return managedBy(bare, managers)
  }

  /**
   * What becomes of an object that a configuration is applied to; of none when `live` is undefined. Throws 409 for
   * fields of others, 400 and 500 for what cannot be applied.
   */
  apply(target: Target, live: KubeObject | undefined, config: KubeObject, options: WriteOptions): KubeObject {
    const versions = this.#versionsOf(target)
    const kind = target.subresource === 'scale' ? 'Scale' : target.resource.kind
    if (config.apiVersion !== versions.apiVersion || config.kind !== kind)
      throw badRequest(`invalid object type: ${goKind(config.apiVersion, config.kind)}`)
    const managers = readManagers(live?.metadata.managedFields) ?? new Map()
    const before = live === undefined ? this.#emptyOf(target) : unmanaged(live)
    try {
      if (managers.size === 0) this.#ownBefore(versions, managers, before, target)
      if ((config.metadata.managedFields ?? undefined) !== undefined)
        throw badRequest('metadata.managedFields must be nil')
      const errors = valueErrors(versions.typeOf(versions.apiVersion), config)
      if (errors.length > 0)
        throw storageError(`failed to create typed patch object (${nameOf(config)}): ${errorText(errors)}`)
      const applied = this.#applied({ versions, target, options }, managers, before, config)
      this.#checkValues(target, applied, config)
      return applied
    } catch (error) {
      if (error instanceof ConflictError) throw conflictStatus(error)
      if (error instanceof ApiError || !isUnmanageable(error)) throw error
      throw storageError(error instanceof Error ? error.message : String(error))
    }
  }

  /** Throws the 500 of values that the type cannot have, though their kind of value is right: bytes, quantities, times. */
  #checkValues({ resource, subresource }: Target, object: KubeObject, config: KubeObject): void {
    const { typed } = resource
    if (typed === undefined || subresource === 'scale') return
    const { apiVersion, kind, ...fields } = object
    try {
      this.#json.convert(typed.name, fields)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      const why = `unable to convert unstructured object to ${goKind(apiVersion, kind)}: ${error.message}`
      throw storageError(`failed to convert new object (${nameOf(config)}) to proper version: ${why}`)
    }
  }

  #applied(
    { versions, target, options }: Request,
    managers: Managers,
    live: KubeObject,
    config: KubeObject,
  ): KubeObject {
    const name = options.sent?.fieldManager ?? ''
    const manager = this.#entry(name, 'Apply', versions, target.subresource)
    const key = managerKey(manager)
    const force = options.sent?.more?.['force'] === true
    const attempt = (isForced: boolean): KubeObject => {
      const changed = new Map(managers)
      const { object } = applyConfig(versions, changed, { live, config }, { manager, key, force: isForced })
      const entry = changed.get(key)
      if (object !== undefined && entry !== undefined)
        changed.set(key, { ...entry, time: timestampOf(this.#clock.now()) })
      return managedBy(object ?? live, changed)
    }
    const result = keepsLastApplied(name) ? lastAppliedOwned(versions, live, force, attempt) : attempt(force)
    return keepsLastApplied(name) ? withLastApplied(result, config) : result
  }

  #ownBefore(versions: Versions, managers: Managers, live: KubeObject, target: Target): void {
    const set = updatedSet(versions, managers, this.#emptyOf(target), live)
    if (set.isEmpty) return
    const entry = this.#entry(beforeApply, 'Update', versions, target.subresource)
    managers.set(managerKey(entry), { ...entry, time: timestampOf(this.#clock.now()), set })
  }

  #update(
    { versions, target, options }: Request,
    managers: Managers,
    old: KubeObject,
    next: KubeObject,
  ): void {
    const set = updatedSet(versions, managers, old, next)
    if (!set.isEmpty) {
      const name = options.sent === undefined ? options.manager : managerName(options.sent)
      const entry = this.#entry(name ?? 'unknown', 'Update', versions, target.subresource)
      const key = managerKey(entry)
      const own = managers.get(key)?.set
      managers.set(key, {
        ...entry,
        time: timestampOf(this.#clock.now()),
        set: own === undefined ? set : set.union(own),
      })
    }
    capManagers(managers)
  }

  #entry(
    manager: string,
    operation: Operation,
    { apiVersion }: Versions,
    subresource: string,
  ): Omit<ManagerEntry, 'set'> {
    return { manager, operation, apiVersion, subresource, time: undefined }
  }

  #versionsOf({ resource, subresource }: Target): Versions {
    if (subresource === 'scale') return new ScaleVersions(this.#types.scale)
    return new KindVersions(resource, subresource, { types: this.#types, registry: this.#registry })
  }

  /** As the kind's type writes it: what is empty too is there in both forms of an object, or in none. */
  #written({ resource, subresource }: Target, object: KubeObject): KubeObject {
    if (subresource === 'scale') return this.#json.encode('scale.Scale', object) as KubeObject
    return resource.isCustom ? normalized(object) : canonical(resource, object)
  }

  #emptyOf(target: Target): KubeObject {
    const { resource } = target
    const known = this.#empty.get(resource)
    if (known !== undefined) return known
    const empty = this.#written(target, {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: {},
    })
    const object = resource.isCustom ? { apiVersion: empty.apiVersion, kind: empty.kind } : empty
    this.#empty.set(resource, object as KubeObject)
    return object as KubeObject
  }
}

/** A custom resource's metadata is read without what is empty. */
const sentManagers = (
  { resource }: Target,
  sent: readonly unknown[] | undefined,
): readonly unknown[] | undefined => (resource.isCustom && sent?.length === 0 ? undefined : sent)

/** Those that a request sends are taken, as far as they can be read; else those that are there. */
const managersOf = (live: readonly unknown[] | undefined, sent: readonly unknown[] | undefined): Managers => {
  if (isReset(sent)) return new Map()
  const managers = readManagers(sent)
  if (managers !== undefined && managers.size > 0) return managers
  return readManagers(live) ?? new Map()
}
