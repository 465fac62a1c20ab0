import type { KubeObject } from '../kube-object.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { Resource } from '../resources/resource.ts'
import type { ResourceRegistry } from '../resources/resource-registry.ts'
import type { FieldSet } from './field-set.ts'
import type { FieldType } from './field-type.ts'
import type { FieldTypes } from './field-types.ts'
import { resetFields } from './reset-fields.ts'
import { errorText, valueErrors } from './value-errors.ts'
import { MissingVersionError } from './versions.ts'
import type { Versions } from './versions.ts'

/** An object cannot be had in a version that somebody owns fields in. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError'
}

/** The versions that a resource is served in, as its managers know them. */
export class KindVersions implements Versions {
  readonly apiVersion: string
  readonly #resource: Resource
  readonly #types: FieldTypes
  readonly #registry: ResourceRegistry
  readonly #reset: FieldSet | undefined

  constructor(
    resource: Resource,
    subresource: string,
    { types, registry }: { readonly types: FieldTypes; readonly registry: ResourceRegistry },
  ) {
    this.apiVersion = apiVersionOf(resource)
    this.#resource = resource
    this.#types = types
    this.#registry = registry
    this.#reset = resetFields(resource, subresource)
  }

  typeOf(apiVersion: string): FieldType {
    return this.#types.of(this.#resourceOf(apiVersion))
  }

  convert(object: KubeObject, apiVersion: string): KubeObject {
    if (object.apiVersion === apiVersion) return object
    const from = this.#resourceOf(object.apiVersion)
    const to = this.#resourceOf(apiVersion)
    const { conversion } = this.#resource
    const stored = from.toStored?.(object) ?? object
    const converted =
      conversion === undefined ? (to.fromStored?.(stored) ?? stored) : conversion.between(object, apiVersion)
    const errors = to.isCustom ? valueErrors(this.#types.of(to), converted) : []
    if (errors.length > 0) throw new ConversionError(errorText(errors))
    return converted
  }

  reset(): FieldSet | undefined {
    return this.#reset
  }

  #resourceOf(apiVersion: string): Resource {
    if (apiVersion === this.apiVersion) return this.#resource
    const found = this.#registry.findKind(apiVersion, this.#resource.kind)
    // events are of two groups: who wrote them in the one is unknown in the other
    if (found?.table === this.#resource.table && found.group === this.#resource.group) return found
    const { conversion } = this.#resource
    // a version that is not served may own fields all the same
    if (conversion?.has(apiVersion) === true)
      return {
        ...this.#resource,
        version: apiVersion.slice(apiVersion.indexOf('/') + 1),
        schema: conversion.schemaOf(apiVersion),
      }
    if (!this.#resource.isCustom) throw new MissingVersionError(apiVersion)
    throw new ConversionError(`request to convert CR to an invalid group/version: ${apiVersion}`)
  }
}
